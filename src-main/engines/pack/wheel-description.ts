import { parse } from 'csv-parse/sync'
import { WheelError, type ExpectedFile, type WheelArchive } from './wheel-archive.ts'

/** The wheel's words about itself (PyPA: Binary distribution format; Core metadata). */
export interface WheelDescription {
  /** Normalized, e.g. `tensorflow-cpu`. */
  readonly name: string
  readonly version: string
  /** E.g. `cp311-cp311-manylinux_2_27_x86_64`. */
  readonly tags: readonly string[]
  /** Lines `Requires-Dist`, as they stand. */
  readonly requirements: readonly string[]
  /** Every file with its hash and size. */
  readonly files: ReadonlyMap<string, ExpectedFile>
}

const listPattern = /^([A-Za-z0-9._]+)-([A-Za-z0-9._+!]+)\.dist-info\/RECORD$/

/** @throws WheelError */
export async function describeWheel(archive: WheelArchive): Promise<WheelDescription> {
  const lists = archive.names.filter(name => listPattern.test(name))
  const [list] = lists
  if (list === undefined || lists.length > 1) {
    throw new WheelError('failure.wheel.lists', { count: lists.length })
  }
  const folder = list.slice(0, -'RECORD'.length)
  const metadata = headerFields(await archive.readText(`${folder}METADATA`))
  const wheel = headerFields(await archive.readText(`${folder}WHEEL`))
  const [name] = metadata.get('Name') ?? []
  const [version] = metadata.get('Version') ?? []
  if (name === undefined || version === undefined) {
    throw new WheelError('failure.wheel.metadata')
  }
  return {
    name: normalizeName(name),
    version,
    tags: wheel.get('Tag') ?? [],
    requirements: metadata.get('Requires-Dist') ?? [],
    files: parseRecord(await archive.readText(list)),
  }
}

/** PEP 503: case and the kind of separator do not matter. */
function normalizeName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-')
}

/** Fields before the first empty line, in the form of e-mail headers. */
function headerFields(text: string): Map<string, string[]> {
  const fields = new Map<string, string[]>()
  for (const line of (text.split(/\r?\n\r?\n/)[0] ?? '').split(/\r?\n/)) {
    const match = /^([A-Za-z-]+): *(.*)$/.exec(line)
    if (match === null) continue
    const [, key, value] = match as unknown as [string, string, string]
    fields.set(key, [...(fields.get(key) ?? []), value])
  }
  return fields
}

/** `path,sha256=BASE64URL,bytes`; lines without a hash (the list itself) are left out. */
function parseRecord(text: string): Map<string, ExpectedFile> {
  const files = new Map<string, ExpectedFile>()
  let rows: string[][]
  try {
    rows = parse(text, { relax_column_count: true, skip_empty_lines: true })
  } catch (error) {
    throw new WheelError('failure.wheel.record', { reason: (error as Error).message })
  }
  for (const [name = '', hash = '', size = ''] of rows) {
    const digest = /^sha256=([A-Za-z0-9_-]{43})=?$/.exec(hash)?.[1]
    if (digest === undefined || !/^\d+$/.test(size)) continue
    const sha256Hex = Buffer.from(digest, 'base64url').toString('hex')
    files.set(name, { sha256Hex, bytes: Number(size) })
  }
  return files
}
