import { catchSignals } from './signals.js'

/**
 * Hears the signals from the moment this module is evaluated, which has to be before all others are: as PID 1 a signal
 * that nobody handles yet is lost, and evaluating the rest takes a fifth of the time from exec to the first statement
 * of the entry.
 */
export const hearSignals = catchSignals()
