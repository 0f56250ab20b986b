import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { msg, named, together, verbatim } from '../../../../src-main/core/errors/message.ts'
import { migrations } from '../../../../src-main/platform/storage/migrations/migrations.ts'
import { endingPatterns } from '../../../../src-main/platform/storage/migrations/v0007/ending-patterns.ts'
import { failurePatterns } from '../../../../src-main/platform/storage/migrations/v0007/failure-patterns.ts'
import { proposalPatterns } from '../../../../src-main/platform/storage/migrations/v0007/proposal-patterns.ts'
import { pruningPatterns } from '../../../../src-main/platform/storage/migrations/v0007/pruning-patterns.ts'
import { sentenceReader } from '../../../../src-main/platform/storage/migrations/v0007/read-sentence.ts'
import { compilePattern } from '../../../../src-main/platform/storage/migrations/v0007/sentence-pattern.ts'
import { openDatabase } from '../../../../src-main/platform/storage/database.ts'
import { openStudyStore } from '../../../../src-main/platform/storage/sqlite-study-store.ts'
import { expectSaid } from '../../../helpers/expect-said.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'
import { sampleEnvironment, sampleSpecification } from '../../../helpers/store-samples.ts'

const patterns = [...proposalPatterns, ...pruningPatterns, ...endingPatterns]
const read = sentenceReader(patterns, failurePatterns)
const scratch = useScratchFolders()

/** What a placeholder of each kind may have held. */
const examples: Readonly<Record<string, string>> = {
  number: '3',
  numbers: '4, 5',
  word: 'gp',
  text: 'trainLoss',
  json: '[1,"a = 2: b"]',
  list: 'units, l2',
  metrics: 'loss 0.3, size 4',
  sentence: 'drawn at random',
  known: 'values no longer differ',
}

describe('sentences of versions up to 6', () => {
  it.each([...patterns, ...failurePatterns].map(([code, sentence]) => ({ code, sentence })))(
    'become $code: $sentence',
    ({ code, sentence }) => {
      const fill = (text: string): string =>
        text.replaceAll(
          /\{\w+(?::(\w+))?\}/g,
          (_, kind = 'number') => examples[kind as string] ?? '',
        )
      for (const text of [
        fill(sentence.replaceAll(/\[([^\]]*)\]/g, '$1')),
        fill(sentence.replaceAll(/\[[^\]]*\]/g, '')),
      ]) {
        const sentenceMessage = read(text)
        expect(sentenceMessage.code).toBe(code)
        expectSaid(sentenceMessage)
      }
    },
  )

  it('keep numbers as numbers and what JSON has no number for as text', () => {
    expect(read('near trial 7, within 1.2e+2 % of the ranges')).toEqual(
      msg('proposal.near', { trial: 7, share: 120 }),
    )
    expect(read('the value at step 3 -Infinity is below the lower limit 0.5')).toEqual(
      msg('pruning.belowLimit', { step: 3, value: Number.NEGATIVE_INFINITY, limit: 0.5 }),
    )
    expect(read('child of trials 1, 2 and 13, batchSize, l2 mutated')).toEqual(
      msg('proposal.child', { trials: [1, 2], last: 13, mutated: ['batchSize', 'l2'] }),
    )
  })

  it('nest', () => {
    expect(
      read(
        'gp, drawn with probability 0.5: start-up: 3 of 10 trials have a value (counting the 12 earlier trials); draw 2; result of trial 4 reused',
      ),
    ).toEqual(
      together(
        msg('proposal.withEarlier', {
          reason: msg('proposal.mixed', {
            sampler: 'gp',
            probability: 0.5,
            reason: msg('proposal.startUp', { valued: 3, trials: 10 }),
          }),
          trials: 12,
        }),
        msg('proposal.draw', { draw: 2 }),
        msg('proposal.resultReused', { trial: 4 }),
      ),
    )
    const nan = msg('pruning.nan', { step: 2 })
    expect(
      read('val: loss: the value at step 2 is NaN; bracket 1 of 3: the value at step 2 is NaN'),
    ).toEqual(
      together(
        named('val', named('loss', nan)),
        msg('pruning.inBracket', { bracket: 1, brackets: 3, reason: nan }),
      ),
    )
  })

  it('of errors hold their values as errors say them now', () => {
    const rule = msg('rule.metricNamesDiffer')
    expect(read('lr = "a = 2: b": names must differ')).toEqual(
      msg('error.training.invalid', { field: 'lr', value: '"a = 2: b"', rule }),
    )
    expect(read('Engine webgpu failed with its status 7: device lost: twice')).toEqual(
      msg('error.engine.failed', {
        engine: 'webgpu',
        status: 7,
        reason: verbatim('device lost: twice'),
      }),
    )
    expect(read('Data cannot be used: a, b.csv, line 3: y = null: no number')).toMatchObject({
      values: { path: 'a, b.csv', line: 3, field: 'y', value: 'null' },
    })
  })

  it.each([
    'ValueError: x must be positive',
    'no such file; see the log: 3 lines',
    'stop: too hot; 5 trials done',
    'bracket 1 of 3: because I say so',
    'Process finished',
    'x = 5',
    '',
  ])('of anybody else stay as they are: %s', text => {
    expect(read(text)).toEqual(msg('legacy', { text }))
  })

  it('keep the words of others within sentences of ours', () => {
    expect(read('mine, not judged yet: because I say so')).toEqual(
      msg('proposal.notJudged', { sampler: 'mine', reason: verbatim('because I say so') }),
    )
  })

  it('are read quickly, whatever a program printed', () => {
    const text = 'a: b; '.repeat(2_000)
    const startedAt = performance.now()
    expect(read(text).code).toBe('legacy')
    expect(performance.now() - startedAt).toBeLessThan(2_000)
  })

  it('need patterns that say what they mean', () => {
    expect(() => compilePattern(['proposal.random', '{trial:wrod} ends'])).toThrow('no kind wrod')
    const pattern = compilePattern(['pruning.told', 'p = {p} (test?)'])
    expect(pattern('p = 1e-7 (test?)', () => null)).toEqual(msg('pruning.told', { p: 1e-7 }))
    expect(pattern('p = 1 (tes)', () => null)).toBeNull()
  })
})

describe('a database of version 6', () => {
  const oldDataset = {
    rows: 7,
    ignoredColumns: [
      { name: 'id', reason: 'text that differs in every row' },
      { name: 'more', reason: 'unique' },
    ],
    warnings: ['column row counts the rows; list it in ignore if it is a row number'],
  }

  /** One study with `count` finished trials and an event each. */
  function version6(count: number): string {
    const path = join(scratch(), 'old.sqlite')
    openDatabase(path, { migrations: migrations.slice(0, 6) }).close()
    const handle = new SqliteDatabase(path)
    handle
      .prepare(
        `INSERT INTO studies (name, state, reason, created_at_ms, environment, specification, source, dataset)
         VALUES ('old', 'finished', '5 trials done', 1, ?, ?, '', ?)`,
      )
      .run(
        JSON.stringify(sampleEnvironment),
        JSON.stringify(sampleSpecification('old')),
        JSON.stringify(oldDataset),
      )
    const trial = handle.prepare(
      `INSERT INTO trials (study_id, number, state, seed, started_at_ms, finished_at_ms, reason, parameters, provenance)
       VALUES (1, ?, 'running', 1, 1, NULL, ?, '{"x":-0}', ?)`,
    )
    const finish = handle.prepare(`UPDATE trials SET state = 'pruned', finished_at_ms = 2`)
    const attempt = handle.prepare(
      `INSERT INTO attempts (trial_id, number, state, slot, started_at_ms, finished_at_ms, failure_class, failure_message, engine)
       VALUES (?, 1, 'failed', 0, 1, 2, 'code', ?, '{"name":"tensorflow","device":"CPU, 2 threads, without oneDNN","versions":{}}')`,
    )
    const event = handle.prepare(
      `INSERT INTO events (study_id, at_ms, kind, trial_number, detail) VALUES (1, 1, 'trial.finished', ?, ?)`,
    )
    handle.transaction(() => {
      for (let number = 0; number < count; number++) {
        const reason = `the value at step ${number} is NaN`
        const provenance = {
          sampler: 'cmaes',
          reason: `drawn from the distribution of generation ${number} after restart 1, step size 0.${number + 1}`,
          detail: { restartReason: 'values no longer differ', mean: { reason: 0.5 } },
        }
        const { lastInsertRowid } = trial.run(number, reason, JSON.stringify(provenance))
        attempt.run(
          lastInsertRowid,
          `The program ended with exit code ${number}: no; 5 trials done`,
        )
        event.run(number, JSON.stringify({ state: 'pruned', reason }))
      }
      finish.run()
    })()
    handle.close()
    return path
  }

  it('has facts afterwards, wherever a sentence stood, and is guarded as before', () => {
    const path = version6(2)
    const store = openStudyStore(path)
    const { study, trials, events } = store.snapshot(1)
    expect(study.reason).toEqual(msg('ending.trialsDone', { trials: 5 }))
    expect(study.dataset).toEqual({
      rows: 7,
      ignoredColumns: [
        { name: 'id', reason: msg('dataset.ignored.differs') },
        { name: 'more', reason: msg('legacy', { text: 'unique' }) },
      ],
      warnings: [msg('dataset.warning.counts', { column: 'row' })],
    })
    expect(trials[1]?.attempts[0]?.engine).toEqual({
      ...{ name: 'tensorflow', device: 'CPU', threads: 2, versions: {} },
    })
    expect(trials[1]).toMatchObject({
      parameters: { x: -0 },
      reason: msg('pruning.nan', { step: 1 }),
      provenance: {
        reason: msg('proposal.distribution', { generation: 1, restart: 1, size: 0.2 }),
        detail: { restartReason: msg('ending.valuesEqual'), mean: { reason: 0.5 } },
      },
    })
    expect(trials[1]?.attempts[0]?.failure).toEqual({
      class: 'code',
      message: msg('error.command.exit', { exitCode: 1, tail: 'no; 5 trials done' }),
    })
    expect(events[1]?.detail).toEqual({ state: 'pruned', reason: msg('pruning.nan', { step: 1 }) })
    store.close()
    const handle = new SqliteDatabase(path)
    expect(() => handle.exec('UPDATE trials SET seed = 2')).toThrow('finished trials never change')
    expect(() => handle.exec('UPDATE attempts SET slot = 1')).toThrow(
      'finished trials never change',
    )
    expect(() => handle.exec('UPDATE events SET at_ms = 2')).toThrow('events are append-only')
    handle.close()
  })

  it('is brought up in seconds, however many trials it has', () => {
    const path = version6(20_000)
    copyFileSync(path, `${path}.copy`)
    const startedAt = performance.now()
    openStudyStore(path).close()
    // Of 100,000 trials on two cores: about three seconds.
    expect(performance.now() - startedAt).toBeLessThan(15_000)
  })
})
