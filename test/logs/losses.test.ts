import { expect, test } from 'vitest'
import { currentLosses, lossesOf, lossStates, takeOnLosses } from '../../src/host/logs/losses.js'

test('another program goes on counting what a log has lost', () => {
  const told: string[] = []
  const notice = (_level: string, text: string) => void told.push(text)
  takeOnLosses([{ log: '/full', errno: 'ENOSPC', bytes: 1000 }])
  expect(currentLosses()).toEqual([{ log: '/full', errno: 'ENOSPC' }])
  const losses = lossesOf('/full', notice)
  expect(losses.losing).toBe(true)
  losses.lost(234, 'ENOSPC')
  expect(lossStates()).toEqual([{ log: '/full', errno: 'ENOSPC', bytes: 1234 }])
  expect(told).toEqual([])
  losses.written()
  expect(told).toEqual(["writing log '/full' again, 1234 bytes of output were lost"])
  expect(lossStates()).toEqual([])
})
