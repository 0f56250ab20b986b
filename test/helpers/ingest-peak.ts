import { spawn } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { IngestSource } from '../../src-main/core/processes/ingest-protocol.ts'

export interface IngestPeak {
  readonly directory: string
  /** Highest resident memory of the process beyond what it took before it began. */
  readonly growthBytes: number
}

/** Prepares a source in a process of its own whose heap may not grow beyond a limit, and measures its memory. */
export async function ingestPeak(
  source: IngestSource,
  cacheDirectory: string,
  heapMegabytes: number,
): Promise<IngestPeak> {
  const child = spawn(
    process.execPath,
    [
      `--max-old-space-size=${heapMegabytes}`,
      fileURLToPath(new URL('ingest-peak-child.ts', import.meta.url)),
      JSON.stringify({ source, cacheDirectory }),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let [output, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const code = await new Promise(resolve => child.on('close', resolve))
  if (code !== 0) throw new Error(`the process ended with ${String(code)}: ${errors}`)
  return JSON.parse(output) as IngestPeak
}
