import { createReadStream } from 'node:fs'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import greaterThan from 'semver/functions/gt.js'
import { AppError, isAppError, reasonOf } from '../../../core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import { signedManifestSchema, type UpdateFile, updateManifestSchema } from '../common/update.ts'
import { type SeenUpdates, seenKeys, seenVersion } from './seen-updates.ts'
import { isSignedBy, trustedKeys } from './update-keys.ts'

const MAX_MANIFEST_BYTES = 1024 * 1024
/** For whole files of several hundred megabytes. */
const FILE_LIMIT_MS = 3_600_000
const MANIFEST_LIMIT_MS = 60_000
const MAX_REDIRECTS = 5

export interface UpdateQuestion {
  /** Of the manifest: `https:` or a path. */
  readonly source: string
  /** Ed25519, as PEM; it comes with this version. It signs the keys that sign updates. */
  readonly rootKey: string
  readonly version: string
  /** What was seen before: nothing older is taken, wherever it comes from. */
  readonly seen: SeenUpdatesMemory
  readonly system: NodeJS.Platform
  readonly processor: string
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Ends the look. */
  readonly signal: AbortSignal
}

/** Read when an answer has come, as much may have been seen while it was waited for. */
interface SeenUpdatesMemory {
  read(): SeenUpdates
  write(seen: SeenUpdates): void
}

export interface FoundUpdate {
  readonly version: string
  readonly file: UpdateFile
  /** Of the file. */
  readonly source: string
}

/**
 * Reads what a source offers. Its signatures are checked before anything of it is read: the root key has signed the keys, one of these the manifest. What is
 * signed counts as seen, also where there is nothing in it for this installation.
 * @throws AppError `update.refused`: no access, a wrong signature, signed texts that have expired or are older than what was seen, a version that is not
 *   newer, nothing for this system, a look that was ended
 */
export async function findUpdate(question: UpdateQuestion): Promise<FoundUpdate> {
  const { source, rootKey, version, seen, system, processor, now, signal } = question
  const text = await readText(source, signal)
  if (signal.aborted) throw refused(source, msg('update.superseded'))
  const signed = signedManifestSchema.safeParse(parseJson(text)).data
  if (signed === undefined) throw refused(source, msg('update.noManifest'))
  const before = seen.read()
  const { rootKey: last, replacedRootKeys: replaced } = before
  const trusted = trustedKeys(signed.keys, { shipped: rootKey, last, replaced })
  if (trusted === null) throw refused(source, msg('update.wrongSignature'))
  const { keys } = trusted
  if (keys.version < before.keysVersion) throw refused(source, msg('update.oldKeys'))
  seen.write(seenKeys(before, trusted))
  if (!keys.signers.some(signer => isSignedBy(signer, signed.manifest, signed.signature))) {
    throw refused(source, msg('update.wrongSignature'))
  }
  const manifest = updateManifestSchema.safeParse(parseJson(signed.manifest)).data
  if (manifest === undefined) throw refused(source, msg('update.noManifest'))
  for (const { expires } of [keys, manifest]) {
    if (Date.parse(expires) <= now()) throw refused(source, msg('update.expired', { expires }))
  }
  const { version: offered } = manifest
  if (greaterThan(before.version, offered)) {
    throw refused(source, msg('update.rolledBack', { found: offered, version: before.version }))
  }
  seen.write(seenVersion(seen.read(), offered))
  if (!greaterThan(offered, version))
    throw refused(source, msg('update.notNewer', { found: offered, version }))
  const file = manifest.files.find(
    candidate => candidate.system === system && candidate.processor === processor,
  )
  if (file === undefined) {
    throw refused(
      source,
      msg('update.noFile', { found: offered, system: `${system}-${processor}` }),
    )
  }
  return { version: offered, file, source: siblingOf(source, file.name) }
}

/** The bytes of a file that a source offers. @throws AppError `update.refused` */
export async function openFile(source: string): Promise<Readable> {
  return openSource(source, AbortSignal.timeout(FILE_LIMIT_MS))
}

/** The bytes of a URL or a file. A server may lead to another address of its own, never to another host. @throws AppError `update.refused` */
async function openSource(source: string, signal: AbortSignal): Promise<Readable> {
  if (!/^https?:/i.test(source)) return createReadStream(source, { signal })
  const { host } = new URL(source)
  let address = source
  let answer = await fetchSecurely(address, signal)
  for (let redirects = 0; isRedirect(answer); redirects++) {
    await answer.body?.cancel()
    const target = URL.parse(answer.headers.get('location') ?? '', address)
    if (target?.host !== host || redirects === MAX_REDIRECTS) {
      throw refused(source, msg('update.redirected', { host: target?.host ?? '' }))
    }
    address = target.href
    answer = await fetchSecurely(address, signal)
  }
  if (!answer.ok || answer.body === null) {
    throw refused(source, msg('update.answer', { status: answer.status }))
  }
  return Readable.from(answer.body, { objectMode: false })
}

/** Without encryption on this machine alone. */
async function fetchSecurely(address: string, signal: AbortSignal): Promise<Response> {
  const { protocol, hostname } = new URL(address)
  if (protocol !== 'https:' && hostname !== '127.0.0.1') {
    throw refused(address, msg('update.notSecure'))
  }
  return fetch(address, { signal, redirect: 'manual' })
}

function isRedirect({ status }: Response): boolean {
  return [301, 302, 303, 307, 308].includes(status)
}

export function refused(source: string, reason: MessageDescriptor, cause?: unknown): AppError {
  return new AppError('update.refused', { source, reason }, cause)
}

async function readText(source: string, signal: AbortSignal): Promise<string> {
  try {
    const limit = AbortSignal.timeout(MANIFEST_LIMIT_MS)
    const stream = await openSource(source, AbortSignal.any([limit, signal]))
    let bytes = 0
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > MAX_MANIFEST_BYTES) stream.destroy(refused(source, msg('update.noManifest')))
    })
    return (await buffer(stream)).toString('utf8')
  } catch (error) {
    if (signal.aborted) throw refused(source, msg('update.superseded'))
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
