import process from 'node:process'
import {
  analysisProtocolVersion,
  type FromAnalysis,
  type ToAnalysis,
} from '../contract/analysis-protocol.ts'
import { serializeError } from '../contract/errors.ts'
import { openStudyStore } from '../storage/sqlite-study-store.ts'
import type { StudyReader } from '../storage/study-store.ts'
import { answerAnalysis } from '../queries/answer-analysis.ts'

/**
 * Entry of the analysis process: importance, statistics and comparisons over a reading connection of its own, so that
 * what takes long holds up neither the studies that run nor the page.
 */
let open: { readonly path: string; readonly reader: StudyReader } | null = null

function send(message: FromAnalysis): void {
  if (process.connected) process.send?.(message)
}

function readerOf(path: string): StudyReader {
  if (open?.path !== path) {
    open?.reader.close()
    open = null
    open = { path, reader: openStudyStore(path, { readOnly: true }) }
  }
  return open.reader
}

/** Shares that differ by less are one for a reader, and each is a message. */
const SMALLEST_PROGRESS = 0.02

process.on('message', ({ id, databasePath, task }: ToAnalysis) => {
  try {
    let told = 0
    const result = answerAnalysis(readerOf(databasePath), task, share => {
      if (share - told < SMALLEST_PROGRESS) return
      told = share
      send({ type: 'progress', id, share })
    })
    send({ type: 'answered', id, result })
  } catch (error) {
    send({ type: 'failed', id, error: serializeError(error) })
  }
})
process.on('disconnect', () => {
  open?.reader.close()
  process.exit(0)
})
// Ctrl-C reaches the whole process group; main decides when this process ends.
process.on('SIGINT', () => undefined)

send({ type: 'ready', protocol: analysisProtocolVersion, pid: process.pid })
