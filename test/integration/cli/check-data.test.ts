import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runInHost } from '../../helpers/command-host.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'tunewright-check-'))
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 20 })
})

const rows = Array.from(
  { length: 30 },
  (_, n) => `${n},${n % 3},"${n + 1},5${n}",${n / 4},t${n % 4}`,
)
writeFileSync(path.join(scratch, 'data.csv'), `id,k,price,y,word\n${rows.join('\n')}\n`)

async function check(
  data: string,
  { metric = 'validationLoss', direction = 'minimize', file = 'data.csv' } = {},
) {
  const text = `name: small
objective: { task: tabular, data: { file: ${file}, ${data} } }
goals: [{ metric: ${metric}, direction: ${direction} }]
space: { epochs: { fixed: 1 } }
stop: { trials: 1 }
`
  writeFileSync(path.join(scratch, 'small.yaml'), text)
  return runInHost(['--db', 'test.sqlite', 'check', 'small.yaml'], scratch)
}

describe('check finds before any trial', () => {
  it.each([
    ['a missing file', 'target: y, testFile: gone.csv', /gone\.csv/],
    ['a wrong target', 'target: z', /objective\.data\.target.*z/],
    ['an unknown column in ignore', 'target: y, ignore: [prise]', /ignore.*prise.*price/],
    ['shares above 1', 'target: y, validation: 0.6, test: 0.6', /objective\.data\.test/],
    ['a regression target of texts', 'target: word, problem: regression', /word.*t0/],
  ])('%s', async (_name, data, message) => {
    const { exitCode, stderr } = await check(data)
    expect(stderr).toMatch(message)
    expect(exitCode).toBe(2)
  })

  it.each([
    ['an accuracy of quantities', 'target: y', 'validationAccuracy', 'maximize'],
    ['an error in units of classes', 'target: word', 'validationRmse', 'minimize'],
    ['an area of three classes', 'target: k', 'validationAuc', 'maximize'],
  ])('%s', async (_name, data, metric, direction) => {
    const { exitCode, stderr } = await check(data, { metric, direction })
    expect(stderr).toContain('small.yaml:3:19 goals[0].metric: ')
    expect(stderr).toContain(metric)
    expect(stderr).toContain('validationLoss')
    expect(exitCode).toBe(2)
  })

  it('and says what looks wrong with data that can be trained on', async () => {
    const { exitCode, stdout } = await check('target: k')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/column id counts the rows/)
  })

  it('and says that rows hang together, with the line that splits them, until it is there', async () => {
    const visits = Array.from(
      { length: 120 },
      (_, n) => `${n % 12},${((n * 7_919) % 101) / 8},${(n % 12) ** 2 + ((n * 31) % 17) / 4}`,
    )
    writeFileSync(path.join(scratch, 'visits.csv'), `patient,x,y\n${visits.join('\n')}\n`)
    const checkVisits = (data: string) => check(`target: y${data}`, { file: 'visits.csv' })
    const { stdout } = await checkVisits('')
    expect(stdout).toMatch(/Column patient seems to group the rows: 12 values, about 10 rows each/)
    expect(stdout).toContain('“group: patient” under data')
    expect((await checkVisits(', group: patient')).stdout).not.toContain('Column patient')
    const preview = await runInHost(['data', 'visits.csv'], scratch)
    expect(preview.stdout).toContain('“group: patient” under data')
  })
})

it('tells of the space that a file without one gets, before and when it runs', async () => {
  const text = `name: own
objective: { task: tabular, data: { file: data.csv, target: y } }
goals: [{ metric: validationLoss, direction: minimize }]
fix: { family: linear }
stop: { trials: 1 }
`
  writeFileSync(path.join(scratch, 'own.yaml'), text)
  const expectedText = /No space is named: .* 27 parameters \(family, layers, /
  const checked = await runInHost(['--db', 'own.sqlite', 'check', 'own.yaml'], scratch)
  expect(checked.stdout).toMatch(expectedText)
  const ran = await runInHost(['--db', 'own.sqlite', 'run', 'own.yaml'], scratch)
  expect([ran.exitCode, ran.stdout]).toEqual([0, expect.stringMatching(expectedText)])
})

it('gives a small table folds where its file leaves them, and tells', async () => {
  const rows = Array.from({ length: 60 }, (_, row) => `${row % 7},${row % 3 ? 'a' : 'b'}`)
  writeFileSync(path.join(scratch, 'small.csv'), `x,y\n${rows.join('\n')}\n`)
  const write = (section: string) => {
    const text = `name: folds
objective: { task: tabular, data: { file: small.csv, target: y } }
goals: [{ metric: validationLoss, direction: minimize }]
stop: { trials: 1 }
${section}`
    writeFileSync(path.join(scratch, 'folds.yaml'), text)
  }
  const check = async () =>
    (await runInHost(['--db', 'own.sqlite', 'check', 'folds.yaml'], scratch)).stdout
  write('fix: { family: linear }\n')
  const foldsText = /trained on 5 folds/
  expect(await check()).toMatch(foldsText)
  const ran = await runInHost(['--db', 'own.sqlite', 'run', 'folds.yaml'], scratch)
  expect([ran.exitCode, ran.stdout]).toEqual([0, expect.stringMatching(foldsText)])
  for (const section of [
    'folds: 1\n',
    'checkpoint: { everyEpochs: 1 }\n',
    'space: { family: { fixed: linear } }\n',
  ]) {
    write(section)
    expect(await check()).not.toMatch(foldsText)
  }
})
