import { sampleConfig } from '../desired/sample.js'

process.stdout.write(sampleConfig())
