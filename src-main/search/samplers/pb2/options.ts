import { z } from 'zod'
import { populationOptions } from '../shared/population-training/options.ts'

export const pb2OptionsSchema = z.strictObject(populationOptions)
export type Pb2Options = z.output<typeof pb2OptionsSchema>
