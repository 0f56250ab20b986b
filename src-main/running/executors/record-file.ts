import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { z } from 'zod'
import { removeEntrySync } from '../../platform/files/remove.ts'
import { removePartsOf, replaceFileSync } from '../../platform/files/temporary.ts'

export const recordName = 'job.json'

/** A note in the folder of a trial about its job elsewhere, which may outlive this session. */
export class RecordFile<Schema extends z.ZodType> {
  readonly #schema: Schema

  constructor(schema: Schema) {
    this.#schema = schema
  }

  /** Also removes what a session left that was killed while it wrote. */
  read(trialDirectory: string): z.output<Schema> | null {
    removePartsOf(fileOf(trialDirectory))
    try {
      return this.#schema.parse(JSON.parse(readFileSync(fileOf(trialDirectory), 'utf8')))
    } catch {
      return null
    }
  }

  write(trialDirectory: string, record: z.output<Schema>): void {
    replaceFileSync(fileOf(trialDirectory), JSON.stringify(record))
  }

  forget(trialDirectory: string): void {
    removeEntrySync(fileOf(trialDirectory))
  }
}

function fileOf(trialDirectory: string): string {
  return path.join(trialDirectory, recordName)
}
