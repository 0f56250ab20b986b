import { createPublicKey, verify } from 'node:crypto'
import { createReadStream } from 'node:fs'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import { AppError, isAppError, reasonOf } from '../../../core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import { signedManifestSchema, type UpdateFile, updateManifestSchema } from '../common/update.ts'

const MAX_MANIFEST_BYTES = 256 * 1024
/** For whole files of several hundred megabytes. */
const LIMIT_MS = 3_600_000

export interface UpdateQuestion {
  /** Of the manifest: `https:` or a path. */
  readonly source: string
  /** Ed25519, as PEM; it comes with this version. */
  readonly publicKey: string
  readonly version: string
  readonly system: NodeJS.Platform
  readonly processor: string
}

export interface FoundUpdate {
  readonly version: string
  readonly file: UpdateFile
  /** Of the file. */
  readonly source: string
}

/**
 * Reads what a source offers. Its signature is checked before anything of it is read.
 * @throws AppError `update.refused`: no access, a wrong signature, a version that is not newer, nothing for this system
 */
export async function findUpdate(question: UpdateQuestion): Promise<FoundUpdate> {
  const { source, publicKey, version, system, processor } = question
  const text = await readText(source)
  const signed = signedManifestSchema.safeParse(parseJson(text)).data
  if (signed === undefined) throw refused(source, msg('update.noManifest'))
  const isGenuine = verify(
    null,
    Buffer.from(signed.manifest),
    createPublicKey(publicKey),
    Buffer.from(signed.signature, 'base64'),
  )
  if (!isGenuine) throw refused(source, msg('update.wrongSignature'))
  const manifest = updateManifestSchema.safeParse(parseJson(signed.manifest)).data
  if (manifest === undefined) throw refused(source, msg('update.noManifest'))
  if (!isNewer(manifest.version, version)) {
    throw refused(source, msg('update.notNewer', { found: manifest.version, version }))
  }
  const file = manifest.files.find(
    candidate => candidate.system === system && candidate.processor === processor,
  )
  if (file === undefined) {
    const values = { found: manifest.version, system: `${system}-${processor}` }
    throw refused(source, msg('update.noFile', values))
  }
  return { version: manifest.version, file, source: siblingOf(source, file.name) }
}

/** The bytes of a URL or a file. @throws AppError `update.refused` */
export async function openSource(source: string): Promise<Readable> {
  if (!/^https?:/i.test(source)) return createReadStream(source)
  const { protocol, hostname } = new URL(source)
  if (protocol !== 'https:' && hostname !== '127.0.0.1') {
    throw refused(source, msg('update.notSecure'))
  }
  const answer = await fetch(source, { signal: AbortSignal.timeout(LIMIT_MS) })
  if (!answer.ok || answer.body === null) {
    throw refused(source, msg('update.answer', { status: answer.status }))
  }
  return Readable.from(answer.body, { objectMode: false })
}

export function refused(source: string, reason: MessageDescriptor, cause?: unknown): AppError {
  return new AppError('update.refused', { source, reason }, cause)
}

async function readText(source: string): Promise<string> {
  try {
    const stream = await openSource(source)
    let bytes = 0
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > MAX_MANIFEST_BYTES) stream.destroy(refused(source, msg('update.noManifest')))
    })
    return (await buffer(stream)).toString('utf8')
  } catch (error) {
    throw isAppError(error) ? error : refused(source, reasonOf(error), error)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function siblingOf(source: string, name: string): string {
  if (/^https?:/i.test(source)) return new URL(name, source).href
  return path.join(path.dirname(source), name)
}

function isNewer(offered: string, present: string): boolean {
  const [a = [], b = []] = [offered, present].map(text => text.split('.').map(Number))
  const at = a.findIndex((part, index) => part !== b[index])
  return at >= 0 && (a[at] ?? 0) > (b[at] ?? 0)
}
