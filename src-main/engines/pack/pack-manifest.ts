import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { AppError, reasonOf } from '../../core/errors/errors.ts'

const wheelSchema = z.object({
  file: z.string(),
  name: z.string(),
  version: z.string(),
  sha256: z.string(),
})

/** `pack.json`: what a pack was made from. */
const manifestSchema = z.object({
  format: z.literal(1),
  version: z.string(),
  /** Whether libraries of CUDA were put beside TensorFlow's. */
  gpu: z.boolean(),
  installedAt: z.string(),
  bytes: z.number(),
  wheels: z.array(wheelSchema),
})

export type PackManifest = z.infer<typeof manifestSchema>

export const manifestName = 'pack.json'

/**
 * @param folder of one pack
 * @throws AppError `file.unreadable` if there is none or it is no manifest
 */
export function readManifest(folder: string): PackManifest {
  const file = path.join(folder, manifestName)
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    throw new AppError('file.unreadable', { path: file, reason: reasonOf(error) }, error)
  }
}
