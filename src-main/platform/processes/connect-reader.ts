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
}

/**
 * The way to a process that reads one file of others and ends: within 15 minutes and {@link readerLimitBytes}, unless a call
 * has limits of its own.
 */
export function connectReader<Name extends ReaderName>(
  name: Name,
  { entry, memoryLimitBytes = readerLimitBytes(), ...once }: ReaderLimits = {},
): Connection<Name> {
  return connect(
    name,
    { kind: 'once', limitMs: READ_LIMIT_MS, ...once },
    {
      ...(entry === undefined ? {} : { entry }),
      memoryLimit: { bytes: memoryLimitBytes, system: loadProcessSystem },
    },
  )
}
