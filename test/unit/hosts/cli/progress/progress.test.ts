import { verbatim } from '../../../../../src-main/core/errors/message.ts'
import { createTranslate } from '../../../../../src-main/core/i18n/translate.ts'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  formatFinishedTrial,
  formatProgressBlock,
  progressBar,
} from '../../../../../src-main/hosts/cli/progress/format-progress.ts'
import type { ProgressState } from '../../../../../src-main/hosts/cli/progress/progress-state.ts'
import type { CliContext } from '../../../../../src-main/features/command-line/context.ts'
import type { StudyRecord } from '../../../../../src-main/core/study/study.ts'
import { StudyHistory } from '../../../../../src-main/running/loop/study-history.ts'
import type { StudyRunner } from '../../../../../src-main/running/loop/study-runner.ts'
import { sampleSpecification } from '../../../../helpers/store-samples.ts'
import {
  ProgressFollower,
  ProgressView,
} from '../../../../../src-main/hosts/cli/progress-follower.ts'
import {
  columnsOf,
  cutToColumns,
} from '../../../../../src-main/features/command-line/terminal-text.ts'

const idle: ProgressState = {
  goal: { metric: 'validationAccuracy', direction: 'maximize' },
  stop: { trials: 50, failures: 5 },
  counts: { running: 0, complete: 0, pruned: 0, failed: 0, canceled: 0, interrupted: 0 },
  elapsedMs: 0,
  timeLeftMs: null,
  best: null,
  running: [],
  finished: [],
  notice: null,
}

const busy: ProgressState = {
  ...idle,
  counts: { running: 2, complete: 8, pruned: 3, failed: 1, canceled: 0, interrupted: 0 },
  elapsedMs: 65_000,
  timeLeftMs: 186_233,
  best: {
    number: 9,
    value: 0.97441,
    parameters: { learningRate: 0.0031622, units: 64, optimizer: '优化器', a: 1, b: 2 },
  },
  running: [
    { number: 12, stepsDone: 3, stepsTotal: 5, value: 0.9512, elapsedMs: 4_000 },
    { number: 13, stepsDone: null, stepsTotal: 5, value: null, elapsedMs: 200 },
  ],
}

const format = { columns: 120, color: false } as const
const t = createTranslate('en')

describe('formatProgressBlock', () => {
  it('shows count, times, best trial with parameters, running trials and counts', () => {
    const [head, best, first, second, counts] = formatProgressBlock(busy, t, format)
    expect(head).toMatch(/^█+.?░+ 12\/50 · elapsed 1 min 5 s · left 3 min$/)
    expect(best).toBe(
      'best validationAccuracy 0.9744, trial 9 · learningRate=0.003162 units=64 optimizer=优化器 a=1 …',
    )
    expect(first).toBe('  trial 12 · step 3/5 · 0.9512 · 4.0 s')
    expect(second).toBe('  trial 13 · starting · 200 ms')
    expect(counts).toBe('8 complete, 3 pruned, 1 failed')
    const withCanceled = { ...busy, counts: { ...busy.counts, canceled: 2 } }
    expect(formatProgressBlock(withCanceled, t, format).at(-1)).toBe(
      '8 complete, 3 pruned, 1 failed, 2 canceled',
    )
  })

  it.each([1, 8, 20, 40, 79, 200])('never takes as many as %i columns', columns => {
    for (const language of ['en', 'zh-CN'] as const) {
      for (const state of [idle, busy]) {
        for (const line of formatProgressBlock(state, createTranslate(language), {
          columns,
          color: false,
        })) {
          expect(columnsOf(line)).toBeLessThanOrEqual(Math.max(1, columns - 1))
        }
      }
    }
  })

  it('counts the running trials that do not fit the window', () => {
    const running = Array.from({ length: 64 }, (_, number) => ({
      number,
      stepsDone: 1,
      stepsTotal: null,
      value: 0.5,
      elapsedMs: 1_000,
    }))
    const lines = formatProgressBlock({ ...busy, running }, t, { ...format, rows: 10 })
    expect(lines).toHaveLength(10)
    expect(lines[8]).toBe('  and 58 more')
  })

  it('says that nothing is complete and that the end is unknown', () => {
    const lines = formatProgressBlock({ ...idle, stop: { target: 0.9, failures: 5 } }, t, format)
    expect(lines[0]).toBe('0 · elapsed 0 s · left unknown')
    expect(lines[1]).toBe('no complete trial yet')
  })

  it('prints no control characters that come from names', () => {
    const hostile = {
      ...busy,
      best: { number: 1, value: 1, parameters: { 'a\u001B[2J\nb': 'c\u0007\u202Ed' } },
    }
    const text = formatProgressBlock(hostile, t, format).join('')
    // eslint-disable-next-line no-control-regex -- exactly these characters must be absent
    expect(text).not.toMatch(/[\u0000-\u001F\u202E]/)
  })
})

describe('formatFinishedTrial', () => {
  it('says number, state, value, best and duration', () => {
    const trial = {
      number: 12,
      state: 'complete',
      value: 0.97312,
      feasible: true,
      durationMs: 6_210,
      reason: null,
    } as const
    expect(formatFinishedTrial(trial, busy.best, t)).toBe(
      'trial 12 complete 0.9731 (best 0.9744, trial 9) 6.2 s',
    )
    expect(
      formatFinishedTrial({ ...trial, feasible: false }, null, createTranslate('zh-CN')),
    ).toMatch(/完成 0.9731 不可行 6.2/)
    expect(formatFinishedTrial(trial, busy.best, createTranslate('zh-CN'))).toMatch(
      /^试验 12 完成 0.9731（最佳 0.9744，试验 9） 6.2/,
    )
  })

  it('gives the reason of a trial that did not complete, on one line', () => {
    const trial = {
      number: 3,
      state: 'failed',
      value: null,
      feasible: true,
      durationMs: 900,
      reason: verbatim('timeout:\nlonger than 5 min'),
    } as const
    expect(formatFinishedTrial(trial, null, t)).toBe(
      'trial 3 failed 900 ms – timeout: longer than 5 min',
    )
  })
})

describe('terminal text', () => {
  it('counts wide characters as two columns and combining marks as none', () => {
    expect(columnsOf('abc')).toBe(3)
    expect(columnsOf('调参匠')).toBe(6)
    expect(columnsOf('e\u0301')).toBe(1)
    expect(columnsOf('🚀')).toBe(2)
  })

  it('cuts between characters and never beyond the limit', () => {
    expect(cutToColumns('调参匠', 5)).toBe('调参…')
    expect(cutToColumns('调参匠', 4)).toBe('调…')
    expect(cutToColumns('调参匠', 6)).toBe('调参匠')
    expect(cutToColumns('abc', 0)).toBe('')
  })

  it('draws bars of exactly the wanted width', () => {
    for (const share of [0, 0.01, 0.33, 0.5, 0.999, 1]) {
      expect(columnsOf(progressBar(share, 17))).toBe(17)
    }
    expect(progressBar(0, 4)).toBe('░░░░')
    expect(progressBar(1, 4)).toBe('████')
  })
})

describe('ProgressFollower', () => {
  it('says a later notice in place of the one before, also in the block below it', () => {
    const { isTTY } = process.stdout
    let written = ''
    const write = vi.spyOn(process.stdout, 'write').mockImplementation(text => {
      written += String(text)
      return true
    })
    process.stdout.isTTY = true
    process.stdout.hasColors ??= () => false
    try {
      const context = { t, now: () => 0 } as unknown as CliContext
      const specification = sampleSpecification('walk')
      const follower = new ProgressFollower(
        context,
        { specification, elapsedMs: 0 } as StudyRecord,
        {
          count: 0,
          totalMs: 0,
        },
      )
      follower.start({ history: new StudyHistory([]) } as unknown as StudyRunner)
      follower.notice('first')
      written = ''
      follower.notice('second')
      follower.finish()
    } finally {
      write.mockRestore()
      process.stdout.isTTY = isTTY
    }
    expect(written).toContain('second')
    expect(written).not.toContain('first')
  })
})

describe('ProgressView', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  function record(isTerminal: boolean) {
    const written: string[] = []
    const view = new ProgressView(
      {
        write: text => written.push(text),
        isTTY: isTerminal,
        columns: 80,
        rows: 24,
        hasColors: () => false,
      },
      t,
      () => Date.now(),
    )
    return { view, written }
  }

  it('redraws at most five times a second and ends with the latest state', () => {
    vi.useFakeTimers()
    const { view, written } = record(true)
    for (let count = 0; count < 100; count++) {
      view.update({ ...busy, elapsedMs: 10_000 + count * 1_000 })
      vi.advanceTimersByTime(10)
    }
    vi.advanceTimersByTime(500)
    expect(written.length).toBeGreaterThan(3)
    expect(written.length).toBeLessThanOrEqual(7)
    expect(written.at(-1)).toContain('elapsed 1 min 49 s')
  })

  it('leaves an empty screen and a visible cursor behind', () => {
    vi.useFakeTimers()
    const { view, written } = record(true)
    view.update(busy)
    vi.advanceTimersByTime(300)
    view.update({ ...busy, running: [] })
    view.print('a line for good')
    view.finish()
    view.update(busy)
    view.finish()
    vi.advanceTimersByTime(500)
    const screen = emulate(written.join(''))
    expect(screen).toEqual({ lines: ['a line for good'], cursorVisible: true })
  })

  it('draws in place: the screen holds one block', () => {
    vi.useFakeTimers()
    const { view, written } = record(true)
    view.update(busy)
    vi.advanceTimersByTime(300)
    view.update({ ...busy, running: busy.running.slice(0, 1) })
    vi.advanceTimersByTime(300)
    const screen = emulate(written.join(''))
    expect(screen.cursorVisible).toBe(false)
    expect(screen.lines).toHaveLength(4)
    expect(screen.lines[2]).toBe('  trial 12 · step 3/5 · 0.9512 · 4.0 s')
    view.finish()
  })

  it('prints one plain line per finished trial where there is no terminal', () => {
    const { view, written } = record(false)
    const trial = {
      number: 12,
      state: 'complete',
      value: 0.9731,
      feasible: true,
      durationMs: 6_200,
      reason: null,
    } as const
    view.update({ ...busy, finished: [trial] })
    view.update(busy)
    view.finish()
    view.update({ ...busy, finished: [trial] })
    expect(written).toEqual(['trial 12 complete 0.9731 (best 0.9744, trial 9) 6.2 s\n'])
  })
})

/** A terminal that knows the few sequences the view uses. */
function emulate(output: string): { lines: string[]; cursorVisible: boolean } {
  const lines: string[] = ['']
  let row = 0
  let column = 0
  let cursorVisible = true
  // eslint-disable-next-line no-control-regex -- the sequences begin with escape
  for (const token of output.match(/\u001B\[\??\d*[A-Za-z]|[\s\S]/gu) ?? []) {
    if (token === '\n') {
      row++
      column = 0
      while (lines.length <= row) lines.push('')
    } else if (token === '\r') column = 0
    else if (token === '\u001B[K') lines[row] = (lines[row] ?? '').slice(0, column)
    else if (token === '\u001B[J') {
      lines[row] = (lines[row] ?? '').slice(0, column)
      lines.length = row + 1
    } else if (token === '\u001B[?25l') cursorVisible = false
    else if (token === '\u001B[?25h') cursorVisible = true
    else if (token.endsWith('A') && token.length > 1) row -= Number(token.slice(2, -1))
    else {
      const line = (lines[row] ?? '').padEnd(column)
      lines[row] = line.slice(0, column) + token + line.slice(column + 1)
      column++
    }
  }
  if (lines.at(-1) === '') lines.pop()
  return { lines, cursorVisible }
}
