import type { ImportDescription } from '../../../core/study/import.ts'
import type {
  ImportQuestion,
  ReadImport,
  UnpackRequest,
} from '../../../core/processes/import-protocol.ts'
import {
  connectPreview,
  connectReader,
  type ReaderLimits,
} from '../../../platform/processes/connect-reader.ts'

/** Reads files of other programs, and bundles. */
export interface ForeignReader {
  describe(question: Pick<ImportQuestion, 'file' | 'language'>): Promise<ImportDescription>
  read(question: ImportQuestion): Promise<ReadImport>
  unpack(request: UnpackRequest): Promise<null>
}

/** Each file in a process of its own: one that exhausts memory or time costs that process and nothing else. */
export function readApart(limits: ReaderLimits = {}): ForeignReader {
  const call = () => connectReader('ingest', limits)
  return {
    describe: async question =>
      connectPreview('ingest', question.file, limits).call('describeImport', question),
    read: async question => call().call('readImport', question),
    unpack: async request => call().call('unpackBundle', request),
  }
}
