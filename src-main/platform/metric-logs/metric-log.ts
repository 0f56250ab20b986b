import type { MessageDescriptor } from '../../core/errors/message.ts'
import type { FileMark } from './shared/file-mark.ts'

/** A value that a program has written to a log. */
export interface LoggedPoint {
  readonly name: string
  /** Null: the log counts no steps. */
  readonly step: number | null
  /** May be NaN or infinite. */
  readonly value: number
}

/** What one look at a log gave. */
export interface LogReading {
  readonly points: readonly LoggedPoint[]
  /** More can be read at once. */
  readonly hasMore: boolean
  /** Why something of it was left out; null: nothing was. */
  readonly problem: MessageDescriptor | null
}

export const nothingNew: LogReading = { points: [], hasMore: false, problem: null }

/** Follows one log. */
export interface MetricLogReader {
  /**
   * What is new since the last call, of a bounded number of bytes; records that are not whole stay for the next call.
   * @param isFinal its program has ended well: what stands there is whole
   * @throws as the file system does, AppError
   */
  read(isFinal: boolean): LogReading
}

/** A format of logs. */
export interface MetricLogFormat {
  /** Whether its content before the trial can only be told apart while it is there. */
  readonly isOpenedAtStart?: true
  /** @param mark the file before the trial, whose content then is not of the trial; null: it was not there */
  open(file: string, mark: FileMark | null): MetricLogReader
}
