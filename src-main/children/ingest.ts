import process from 'node:process'
import { serializeError } from '../contract/errors.ts'
import {
  ingestProtocolVersion,
  type FromIngest,
  type IngestRequest,
  type PreviewRequest,
} from '../contract/ingest-protocol.ts'
import { describeOrigin } from '../datasets/describe-origin.ts'
import { ingest } from '../datasets/ingest.ts'
import { previewTable } from '../datasets/preview-table.ts'
import { findSplitLeaks } from '../datasets/split-leaks.ts'

/**
 * Entry of the ingest process: parses or looks at one source, answers, ends. Untrusted bytes are parsed here
 * only, so a file that exhausts memory or time costs this process and nothing else.
 */
function send(message: FromIngest, then: () => void = () => undefined): void {
  if (process.connected) process.send?.(message, then)
}

/** Ends the process once the answer is on its way. */
function answer(message: FromIngest): void {
  send(message, () => {
    process.exit(0)
  })
}

async function prepare(request: IngestRequest): Promise<void> {
  try {
    const stored = await ingest(request)
    const origin = await describeOrigin(request.source)
    // Sizes that no split can have are told before the study exists, not by its first trial.
    const findings = await findSplitLeaks(stored, request.source, request.seed)
    answer({ type: 'prepared', ...stored, findings, origin })
  } catch (error) {
    answer({ type: 'failed', error: serializeError(error) })
  }
}

async function preview({ source }: PreviewRequest): Promise<void> {
  try {
    answer({ type: 'previewed', preview: await previewTable(source) })
  } catch (error) {
    answer({ type: 'failed', error: serializeError(error) })
  }
}

process.on('message', (request: IngestRequest | PreviewRequest) => {
  void (request.type === 'prepare' ? prepare(request) : preview(request))
})
process.on('disconnect', () => {
  process.exit(0)
})
// Ctrl-C reaches the whole process group; main decides what becomes of the data.
process.on('SIGINT', () => undefined)

send({ type: 'ready', protocol: ingestProtocolVersion, pid: process.pid })
