import { errorMessage } from '../../../../core/errors/errors.ts'
import { isAppError } from '../../../../core/errors/errors.ts'
import type { MessageDescriptor } from '../../../../core/errors/message.ts'
import { fileError } from '../../../../platform/files/read-within.ts'
import type { MetricLogReader } from '../../../../platform/metric-logs/metric-log.ts'
import type { RunValues } from './run-values.ts'

/**
 * Reads a log from its beginning to its end.
 * @returns why something of it was left out; null: nothing was
 * @throws AppError `data.invalid` where all runs together have too many values
 */
export function readAll(
  file: string,
  open: () => MetricLogReader,
  values: RunValues,
): MessageDescriptor | null {
  let problem: MessageDescriptor | null = null
  let reader: MetricLogReader
  try {
    reader = open()
  } catch (error) {
    return problemOf(error, file)
  }
  for (;;) {
    let reading: ReturnType<MetricLogReader['read']>
    try {
      reading = reader.read(true)
    } catch (error) {
      return problemOf(error, file)
    }
    problem ??= reading.problem
    for (const point of reading.points) values.add(point)
    if (!reading.hasMore) return problem
  }
}

/** Why a file was not read, as a sentence; what is wrong with this program itself is thrown on. */
export function problemOf(error: unknown, file: string): MessageDescriptor {
  const isOfFile = isAppError(error) || (error instanceof Error && 'code' in error)
  if (!isOfFile) throw error
  return errorMessage(fileError(error, file, 'file'))
}
