import process from 'node:process'
import type { IngestRequest } from '../../src-main/core/processes/ingest-protocol.ts'
import { ingest } from '../../src-main/datasets/ingest.ts'

/** Prepares one source and says by how much the memory of this process has grown at most. */
const request = JSON.parse(process.argv[2] ?? '') as Pick<
  IngestRequest,
  'source' | 'cacheDirectory'
>
const before = process.memoryUsage.rss()
const { directory } = await ingest(request)
const peakBytes = process.resourceUsage().maxRSS * 1024
process.stdout.write(JSON.stringify({ directory, growthBytes: peakBytes - before }))
