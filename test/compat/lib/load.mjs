import * as fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { confScenarios } from './confs.mjs'

/**
 * The scenarios of files and folders, in order; of a folder with a provenance.json, one for each configuration in it.
 *
 * @param only - pattern for the names, or undefined for all
 */
export async function loadScenarios(paths, only) {
  const found = []
  for (const given of paths) {
    if (!fs.statSync(given).isDirectory()) found.push(await loadFile(given))
    else if (fs.existsSync(path.join(given, 'provenance.json'))) found.push(...confScenarios(given))
    else {
      const names = fs.readdirSync(given).filter((name) => /\.(mjs|json)$/.test(name))
      for (const name of names.sort()) found.push(await loadFile(path.join(given, name)))
    }
  }
  return found.filter(({ name }) => !only || new RegExp(only).test(name))
}

async function loadFile(file) {
  const scenario = file.endsWith('.json')
    ? JSON.parse(fs.readFileSync(file, 'utf8'))
    : (await import(pathToFileURL(path.resolve(file)))).default
  return { ...scenario, name: scenario.name ?? path.basename(file).replace(/\.(mjs|json)$/, '') }
}
