import { open } from 'node:fs/promises'
import { deserializeError } from '../../../core/errors/errors.ts'
import type { EventHub } from '../../api/node/event-hub.ts'
import { LogFile } from '../../../platform/processes/log-file.ts'
import type { Workspace } from '../../../platform/storage/workspace.ts'

/** A page shows so much of a log at most. */
const SHOWN_BYTES = 64 * 1024

/**
 * Writes what goes wrong behind a face into the log beside the database: bugs of methods, and sessions that end by an error.
 * @returns what a host tells of a bug
 */
export function keepLog(
  workspace: Workspace,
  hub: EventHub,
): (method: string, bug: unknown) => void {
  const log = new LogFile(workspace.logPath)
  hub.subscribe(event => {
    if (event.type !== 'sessionFailed') return
    log.write(`study ${event.studyId}: ${deserializeError(event.error).message}`)
  })
  return (method, bug) => {
    log.write(`${method}: ${bug instanceof Error ? (bug.stack ?? bug.message) : String(bug)}`)
  }
}

/** The end of the log, whole lines; empty while nothing went wrong. */
export async function readLog({ logPath }: Pick<Workspace, 'logPath'>): Promise<string> {
  const file = await open(logPath).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (file === null) return ''
  try {
    const { size } = await file.stat()
    const start = Math.max(0, size - SHOWN_BYTES)
    const buffer = Buffer.alloc(size - start)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start)
    const text = buffer.subarray(0, bytesRead).toString('utf8')
    return start === 0 ? text : text.slice(text.indexOf('\n') + 1)
  } finally {
    await file.close()
  }
}
