import { z } from 'zod'
import type { FileMedia } from '../../contract/trial-files.ts'

/** Files that `optuna.artifacts` keeps: a system attribute of the trial names each, and an artifact store has it under its id. */
export interface OptunaArtifact {
  readonly id: string
  readonly fileName: string
}

const metaSchema = z.object({
  // Ids of Optuna's are UUIDs: nothing that leads out of the store.
  artifact_id: z.string().regex(/^[\w-]{1,200}$/),
  filename: z.string(),
})

/** @param value of the attribute, as JSON: a text that is JSON itself. @returns null for what `optuna.artifacts` does not write */
export function readOptunaArtifact(value: string): OptunaArtifact | null {
  try {
    const text: unknown = JSON.parse(value)
    const meta = metaSchema.parse(JSON.parse(z.string().parse(text)))
    return { id: meta.artifact_id, fileName: meta.filename }
  } catch {
    return null
  }
}

const mimeTypes: Readonly<Record<FileMedia['type'], string>> = {
  image: 'image/*',
  audio: 'audio/wav',
  table: 'text/csv',
  text: 'text/plain',
  other: 'application/octet-stream',
}

/** Key and value of the attribute, as JSON. */
export function optunaArtifactEntry(
  { id, fileName }: OptunaArtifact,
  type: FileMedia['type'],
): readonly [key: string, value: string] {
  const meta = { artifact_id: id, filename: fileName, mimetype: mimeTypes[type], encoding: null }
  return [`artifacts:${id}`, JSON.stringify(JSON.stringify(meta))]
}
