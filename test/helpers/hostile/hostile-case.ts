import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import {
  audioDataSchema,
  imageDataSchema,
  tableDataSchema,
  textDataSchema,
} from '../../../src-main/core/data/data-settings.ts'
import type { ErrorCode } from '../../../src-main/core/errors/errors.ts'
import type { MessageDescriptor } from '../../../src-main/core/errors/message.ts'
import type { MessageValue } from '../../../src-main/core/i18n/message.ts'
import type { IngestSource } from '../../../src-main/core/processes/ingest-protocol.ts'

/** A malformed or hostile source, made on the spot, with the error that it has to get. */
export interface HostileCase {
  readonly name: string
  /** Writes the source into a folder of its own and says how a study names it. */
  readonly make: (folder: string) => IngestSource
  readonly code: ErrorCode
  /** The field that the error names; null for codes without one. */
  readonly field: string | null
  /** Code and values of the rule, or of the reason where a code has no rule, as {@link textOfMessage} writes them. */
  readonly rule: string
  readonly line?: number
}

/** Writes a file, with its folders. */
export function put(folder: string, name: string, content: string | Uint8Array): string {
  const file = path.join(folder, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, content)
  return file
}

/** A case whose source is one table; the target is `y` unless told otherwise. */
export function tableCase(
  name: string,
  content: string | Uint8Array | ((folder: string) => string),
  [field, rule, line]: readonly [string, string, number?],
  settings: object = {},
): HostileCase {
  return {
    name,
    make: folder => {
      const file = typeof content === 'function' ? content(folder) : put(folder, 'table', content)
      return { kind: 'table', data: tableDataSchema.parse({ file, target: 'y', ...settings }) }
    },
    code: 'data.invalid',
    field,
    rule,
    ...(line === undefined ? {} : { line }),
  }
}

export function imageSource(source: object): IngestSource {
  return { kind: 'image', data: imageDataSchema.parse({ source }) }
}

export function audioSource(source: object): IngestSource {
  return { kind: 'audio', data: audioDataSchema.parse({ source }) }
}

export function textSource(source: object): IngestSource {
  return { kind: 'text', data: textDataSchema.parse({ source }) }
}

/** `rule.between 1 32`: code and values of a message, for comparisons of its beginning. */
export function textOfMessage({ code, values = {} }: MessageDescriptor): string {
  return [code, ...Object.values(values).flat().map(valueText)].join(' ')
}

function valueText(value: MessageValue | undefined): string {
  if (typeof value === 'object' && value !== null && 'code' in value) return textOfMessage(value)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
