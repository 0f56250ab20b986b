import { describe, expect, it } from 'vitest'
import {
  AttemptLog,
  readAttemptLogPart,
} from '../../../../src-main/platform/user-code/attempt-log.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

describe('the log of a running attempt, part by part', () => {
  it('is nothing before the first line, then what came since the last look', () => {
    const folder = scratch()
    expect(readAttemptLogPart(folder, 1, null, 1_000)).toBeNull()
    const log = new AttemptLog(folder, '1')
    log.write('one\n')
    const first = readAttemptLogPart(folder, 1, null, 1_000)
    expect(first).toEqual({ attempt: 1, training: 1, text: 'one\n', from: 0, to: 4 })
    log.write('two\n')
    const second = readAttemptLogPart(folder, 1, first, 1_000)
    expect(second).toMatchObject({ text: 'two\n', from: 4, to: 8 })
    expect(readAttemptLogPart(folder, 1, second, 1_000)).toMatchObject({ text: '', from: 8, to: 8 })
    log.close()
  })

  it('has whole characters, also where it is cut', () => {
    const folder = scratch()
    const log = new AttemptLog(folder, '1')
    log.write('调参'.repeat(10))
    const part = readAttemptLogPart(folder, 1, null, 8)
    expect(part).toMatchObject({ text: '调参', to: 60 })
    const start = { attempt: 1, training: 1, to: 0 }
    expect(readAttemptLogPart(folder, 1, start, 1_000)?.text).toBe('调参'.repeat(10))
    log.close()
  })

  it('skips a middle that is not stored, and begins anew with the next training', () => {
    const folder = scratch()
    const log = new AttemptLog(folder, '1')
    const line = `${'x'.repeat(1_023)}\n`
    for (let written = 0; written < 3_000; written++) log.write(line)
    log.close()
    const part = readAttemptLogPart(folder, 1, { attempt: 1, training: 1, to: 1_024 }, 10_000_000)
    expect(part?.to).toBe(3_000 * 1_024)
    expect(part?.from).toBeGreaterThan(256 * 1_024)
    expect(part?.text).toHaveLength((part?.to ?? 0) - (part?.from ?? 0))
    const next = new AttemptLog(folder, '1.2')
    next.write('again\n')
    next.close()
    expect(readAttemptLogPart(folder, 1, part, 1_000)).toEqual({
      attempt: 1,
      training: 2,
      text: 'again\n',
      from: 0,
      to: 6,
    })
  })
})
