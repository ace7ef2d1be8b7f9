import { earlySignals } from '../host/early-signals.js'
import { obeySignals, type SignalTarget } from './signals.js'

/** Names who obeys. Imported before all others: without a launcher nobody hears the signals until it is evaluated. */
export function hearSignals(target: SignalTarget): void {
  obeySignals(earlySignals, target)
}
