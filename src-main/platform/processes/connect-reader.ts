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

/** A look at a file is answered within this time of the processors, and a second more for each {@link BYTES_PER_SECOND}. */
const LOOK_CPU_MS = 4_000
/** Slower than the slowest reader of large tables on a slow core. */
const BYTES_PER_SECOND = 4e6

/**
 * The time of the processors that looking at a file may take: enough for all of it, and bounded for a small one that is made to keep its
 * reader busy.
 * @param bytes size of the file
 */
export function lookCpuMs(bytes: number): number {
  return LOOK_CPU_MS + (1_000 * bytes) / BYTES_PER_SECOND
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
