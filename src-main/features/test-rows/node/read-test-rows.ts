import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import type { TableData } from '../../../core/data/data-settings.ts'
import { isAppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import type { TestRows } from '../../../core/questions/test-rows.ts'
import type { SourceRows } from '../../../core/processes/ingest-protocol.ts'
import { invalidData } from '../../../core/errors/invalid-data.ts'
import type { Predictions } from '../../../core/processes/prediction-protocol.ts'
import type { StudySnapshot } from '../../../core/study/study.ts'
import { readRows, sourceOf } from '../../../datasets/ingest-client.ts'
import { prepareAgain } from '../../../datasets/prepare-again.ts'
import { readPreparedDataset } from '../../../datasets/read-prepared.ts'
import { inTemporaryFolder } from '../../../platform/files/temporary.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'
import { openTable } from '../../../training/tasks/tabular/load-table.ts'
import { bestStoredModel } from '../../../trainer/models/stored-model.ts'
import { predictWithStudy } from '../../models/node/predict-with-study.ts'
import { taskName } from '../../../core/objectives/task/task.ts'
import { tabularTask } from '../../../core/tasks/tabular/tabular.ts'

/**
 * The rows that a study over a table holds back until its end.
 * @param cacheDirectory of prepared data
 * @throws AppError `data.invalid` for a study that is not over a table, or whose data are others now; as preparing data does
 */
export async function readTestRows(
  reader: StudyReader,
  snapshot: StudySnapshot,
  cacheDirectory: string,
): Promise<TestRows> {
  const { id, specification, dataset } = snapshot.study
  const { objective, seed } = specification
  const folder = dataset?.['sourceDirectory']
  const studyDirectory = typeof folder === 'string' ? folder : process.cwd()
  const source = sourceOf(objective, studyDirectory)
  if (source?.kind !== 'table') {
    const task = taskName(objective)
    throw invalidData(
      studyDirectory,
      'objective.task',
      task,
      msg('rule.equal', { value: tabularTask.name }),
    )
  }
  const before = reader.datasets().find(({ studies }) => studies.some(user => user.id === id))
  const request = { objective, studyDirectory, cacheDirectory, seed }
  const prepared = await prepareAgain(request, before ?? null)
  const hash = dataset?.['contentHash']
  if (prepared?.manifest.contentHash !== hash) {
    const rule = msg('rule.sameContent', { hash: JSON.stringify(hash) })
    const value = prepared?.manifest.contentHash ?? null
    throw invalidData(source.data.file, 'objective.data', value, rule)
  }
  const table = await readPreparedDataset(prepared?.directory ?? '')
  const { split } = openTable({ data: source.data }, table, seed, null)
  const rows = await readRows(source.data, split.test.toSorted())
  return { ...rows, predictions: await predict(snapshot, rows, source.data) }
}

async function predict(
  snapshot: StudySnapshot,
  { header, rows }: SourceRows,
  { delimiter, header: hasHeader }: TableData,
): Promise<Predictions | null> {
  let built
  try {
    built = bestStoredModel(snapshot)
  } catch (error) {
    if (isAppError(error, 'study.noTrials')) return null
    throw error
  }
  return inTemporaryFolder('test-rows', async scratch => {
    const input = path.join(scratch, 'rows.csv')
    const sign = delimiter === 'auto' ? ',' : delimiter
    const records = rows.map(({ fields }) => fields)
    const lines = (hasHeader ? [header, ...records] : records).map(fields =>
      fields.map(field => `"${field.replaceAll('"', '""')}"`).join(sign),
    )
    await writeFile(input, `${lines.join('\n')}\n`)
    return predictWithStudy(snapshot, built, input)
  })
}
