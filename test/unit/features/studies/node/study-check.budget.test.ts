import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  checkStudyText,
  type CheckedStudy,
} from '../../../../../src-main/features/studies/node/study-check.ts'
import { tasks } from '../../../../../src-main/training/tasks/registry.ts'

/** CPU time of one check; an idle machine takes a tenth of it, and without the limits it was minutes. */
const MAX_SECONDS = 5

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('')
}

/** As much of it as a file may have. */
function repeated(mark: string): string {
  return mark.repeat(Math.floor(((1 << 20) - 100) / mark.length))
}

function studyText(space: string, further = ''): string {
  return `name: hostile
objective: {function: sphere, dimension: 2}
goals: [{metric: value, direction: minimize}]
stop: {trials: 3}
${further}space:
${space}`
}

function check(text: string): CheckedStudy {
  const start = process.cpuUsage()
  const checked = checkStudyText(text, 'yaml', { tasks })
  const { user, system } = process.cpuUsage(start)
  expect((user + system) / 1e6).toBeLessThan(MAX_SECONDS)
  return checked
}

function codes(text: string): string[] {
  const checked = check(text)
  return checked.ok ? [] : checked.problems.map(({ rule }) => rule.code)
}

const grid = 'sampler: {name: grid, points: 1000000}\n'
const manyValues = lines(10_000, index => `${index},`)

it('of many problems a thousand are told', () => {
  expect(codes('k: 1\n'.repeat(50_000)).filter(code => code === 'rule.duplicateKey')).toHaveLength(
    1_000,
  )
  expect(codes(`a: [${'!a b,'.repeat(20_000)}]\n`)).toHaveLength(1_000)
})

afterEach(() => vi.unstubAllEnvs())

describe('a study file that is larger than a check can take', () => {
  it.each([
    ['a megabyte', studyText(`  x: {choice: ["${'a'.repeat(1 << 20)}"]}\n`), 'rule.studyBytes'],
    ['brackets', studyText(`  x: ${'['.repeat(500_000)}\n`), 'rule.tooDeep'],
    ['marks', studyText(`  x:\n${'- '.repeat(500_000)}\n`), 'rule.tooDeep'],
    ['marks of keys', studyText(`  x:\n${'? '.repeat(500_000)}\n`), 'rule.tooDeep'],
    ['indents', lines(1_400, index => `${' '.repeat(index)}a:\n`), 'rule.tooDeep'],
    ['an alias of itself', studyText('  x: &x {choice: [a], y: *x}\n'), 'rule.tooDeep'],
    [
      'parameters',
      studyText(lines(1_001, at => `  x${at}: {float: [0, 1]}\n`)),
      'rule.keys.atMost',
    ],
    ['values', studyText(`  x: {choice: [${manyValues}10000]}\n`), 'rule.items.atMost'],
    [
      'values behind aliases',
      studyText(`  x: &x {choice: [${manyValues}]}\n${lines(40, index => `  y${index}: *x\n`)}`),
      'rule.values.atMost',
    ],
    ['aliases', `a: [${repeated('*a,')}]\n`, 'rule.anchors.atMost'],
    ['anchors', `a: [${repeated('&a x,')}]\n`, 'rule.anchors.atMost'],
    ...['a,', '!a b,', '[],', '"",'].map(
      mark =>
        [`many of ${mark}`, `a: [${repeated(mark)}]\n`, 'rule.marks.atMost'] as [
          string,
          string,
          string,
        ],
    ),
    ...['}\n', '#\n', '- - a\n', 'k: 1\n', '? a\n: b\n', '\n'].map(
      line => [`lines of ${line}`, repeated(line), 'rule.marks.atMost'] as [string, string, string],
    ),
  ])('is refused by name: %s', (_, text, code) => {
    expect(codes(text)).toEqual([code])
  })

  it('may have more bytes where the user says so', () => {
    const text = studyText(`  x: {choice: ["${'a'.repeat(1 << 20)}"]}\n`)
    vi.stubEnv('TUNEWRIGHT_MAX_STUDY_BYTES', '2000000')
    expect(codes(text)).not.toContain('rule.studyBytes')
    vi.stubEnv('TUNEWRIGHT_MAX_STUDY_BYTES', '5')
    expect(codes(studyText('  x0: {float: [0, 1]}\n  x1: {float: [0, 1]}\n'))).toEqual([])
  })
})

describe('a check within the limits', () => {
  it.each([
    ['a million points a float', '{float: [0, 1]}', 'rule.gridCells'],
    ['logarithmic', '{float: [1.0e-9, 1], log: true}', 'rule.gridCells'],
    ['whole', '{int: [0, 9000000]}', 'rule.gridCells'],
    ['points of a normal distribution', '{normal: [0, 1]}', 'rule.gridValues'],
    ['a range without room for the points', '{float: [1, 1.0000000000001]}', 'rule.gridValues'],
  ])('counts a grid instead of writing it down: %s', (_, parameter, code) => {
    expect(
      codes(
        studyText(
          lines(30, at => `  p${at}: ${parameter}\n`),
          grid,
        ),
      ),
    ).toContain(code)
  })

  const parents = lines(40, at => `  p${at}: {choice: [a, b]}\n`)
  const pairs = lines(780, at => {
    const [first, second] = [Math.floor(at / 40), (at % 39) + 1]
    return `  c${at}: {float: [0, 1], when: {p${first}: a, p${second + first > 39 ? 39 : second + first}: a}}\n`
  })
  it('gives up counting conditions that depend on each other in too many ways', () => {
    expect(codes(studyText(parents + pairs, 'sampler: {name: grid}\n'))).toContain(
      'rule.entangledConditions',
    )
  })

  it.each([
    [
      'a chain of conditions',
      lines(990, at => `  x${at + 1}: {choice: [a, b], when: {x${at}: a}}\n`),
    ],
    ['unknown parents', lines(990, at => `  x${at}: {choice: [a, b], when: {y${at}${at}: a}}\n`)],
    [
      'long unknown parents',
      lines(
        50,
        at =>
          `  ? ${'x'.repeat(9_000)}${at}\n  : {float: [0, 1], when: {${'x'.repeat(900)}${at}: a}}\n`,
      ),
    ],
    ['values by the thousand', lines(16, at => `  x${at}: {choice: [${manyValues}]}\n`)],
    ['values that are the same', `  x: {choice: [${'1,'.repeat(10_000)}]}\n`],
    [
      'conditions on thousands of values',
      `  x: {choice: [${manyValues}]}\n${lines(14, at => `  y${at}: {float: [0, 1], when: {x: [${manyValues}]}}\n`)}`,
    ],
  ])('takes seconds at most: %s', (_, space) => {
    for (const sampler of ['grid', 'tpe']) check(studyText(space, `sampler: {name: ${sampler}}\n`))
  })
})
