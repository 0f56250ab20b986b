import { statSync } from 'node:fs'
import { connect, type Connection, type Once } from './connect.ts'
import type { LinkOptions } from './link.ts'
import { readerLimitBytes } from './memory-limits.ts'
import { loadProcessSystem } from './system/load-process-system.ts'

/** A file of gigabytes is read in minutes; what takes longer hangs. */
export const READ_LIMIT_MS = 900_000

/** The processes that read what others wrote. */
type ReaderName = 'ingest' | 'predict'

export interface ReaderLimits extends Partial<Omit<Once, 'kind'>>, Pick<LinkOptions, 'entry'> {
  readonly memoryLimitBytes?: number
  /** Time of the processors; default: as long as the call may take. */
  readonly cpuLimitMs?: number
}

/** Time of the processors for a preview of an empty file: mostly the start of the process. */
const PREVIEW_CPU_MS = 4_000
/**
 * Bytes of a file that a slow core reads in a second, compressed ones included: a table of 10 MB, 2.8 MB as gzip, takes 2.5 s on
 * an ordinary one.
 */
const BYTES_PER_SECOND = 100_000

/**
 * A reader for a preview of one file: its time of the processors grows with the size of the file, so that a small file made to keep it busy
 * is soon given up. A file that is not there is reported by the reader.
 */
export function connectPreview<Name extends ReaderName>(
  name: Name,
  file: string,
  limits: ReaderLimits = {},
): Connection<Name> {
  return connectReader(name, { cpuLimitMs: cpuLimitOf([file]), ...limits })
}

/** Bytes that a folder is taken to hold, which is not walked through for its limit. */
const FOLDER_BYTES = 10_000_000

/** Time of the processors for reading files and folders, in milliseconds, by their size. One that is not there counts nothing. */
export function cpuLimitOf(files: readonly string[]): number {
  const bytes = files.reduce((sum, file) => sum + sizeOf(file), 0)
  return PREVIEW_CPU_MS + (1_000 * bytes) / BYTES_PER_SECOND
}

function sizeOf(file: string): number {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats?.isDirectory() === true ? FOLDER_BYTES : (stats?.size ?? 0)
}

/**
 * The way to a process that reads one file of others and ends: within 15 minutes and {@link readerLimitBytes}, unless a call
 * has limits of its own. One that somebody else kills is started again once.
 */
export function connectReader<Name extends ReaderName>(
  name: Name,
  { entry, memoryLimitBytes = readerLimitBytes(), cpuLimitMs, ...once }: ReaderLimits = {},
): Connection<Name> {
  return connect(
    name,
    { kind: 'once', limitMs: READ_LIMIT_MS, tries: 2, ...once },
    {
      ...(entry === undefined ? {} : { entry }),
      limits: {
        bytes: memoryLimitBytes,
        ...(cpuLimitMs !== undefined && { cpuMs: cpuLimitMs }),
        system: loadProcessSystem,
      },
    },
  )
}

/** Time of the processors for one request or study file: the longest that are taken need less than half of it. */
export const REQUEST_CPU_MS = 5_000
const REQUESTS_IDLE_MS = 600_000
const MAX_WAITING_REQUESTS = 16

/**
 * The way to a process that reads what callers send, one after the other. It stays for the next one, ends when none has come for ten
 * minutes, and is ended by a request that takes {@link REQUEST_CPU_MS}.
 */
export function connectRequests(): Connection<'requests'> {
  return connect(
    'requests',
    { kind: 'idle', afterMs: REQUESTS_IDLE_MS, maxWaiting: MAX_WAITING_REQUESTS },
    {
      limits: {
        bytes: readerLimitBytes(),
        cpuMsOfCall: REQUEST_CPU_MS,
        system: loadProcessSystem,
      },
    },
  )
}
