import { z } from 'zod'

/** Values that a person reads as durations are minutes in the file and milliseconds in code. */
export const minutes = z.number().positive()
