import type { PreparedDataset } from '../../src-main/contract/dataset.ts'
import {
  audioDataSchema,
  imageDataSchema,
  tableDataSchema,
  textDataSchema,
} from '../../src-main/contract/data-settings.ts'
import type { IngestSource } from '../../src-main/contract/ingest-protocol.ts'
import { ingest } from '../../src-main/datasets/ingest.ts'
import { readPreparedDataset } from '../../src-main/datasets/read-prepared.ts'

/** The data of a task's objective, parsed in this process. File paths must be absolute. */
export async function loadTaskData(
  objective: { readonly task: string; readonly data: object },
  cacheDirectory: string,
): Promise<PreparedDataset> {
  const source = sourceOf(objective)
  return readPreparedDataset((await ingest({ source, cacheDirectory })).directory)
}

function sourceOf({ task, data }: { readonly task: string; readonly data: object }): IngestSource {
  switch (task) {
    case 'image':
      return { kind: 'image', data: imageDataSchema.parse(data) }
    case 'audio':
      return { kind: 'audio', data: audioDataSchema.parse(data) }
    case 'text':
      return { kind: 'text', data: textDataSchema.parse(data) }
    default:
      return { kind: 'table', data: tableDataSchema.parse(data) }
  }
}
