import type { PreparedDataset } from '../../src-main/core/data/dataset.ts'
import { ingest } from '../../src-main/datasets/ingest.ts'
import { sourceOf } from '../../src-main/datasets/ingest-client.ts'
import { readPreparedDataset } from '../../src-main/datasets/read-prepared.ts'

/** The data of a task's objective, parsed in this process. File paths must be absolute. */
export async function loadTaskData(
  objective: { readonly task: string; readonly data: object },
  cacheDirectory: string,
): Promise<PreparedDataset> {
  const source = sourceOf(objective, '/')
  if (source === null) throw new Error(`the task ${objective.task} names no data`)
  return readPreparedDataset((await ingest({ source, cacheDirectory })).directory)
}
