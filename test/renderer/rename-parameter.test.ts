import { describe, expect, it } from 'vitest'
import { type Draft, useDraftText } from '../../src-renderer/features/new-study/draft.ts'

/** A draft with some sections, after a parameter has had these names. */
function renamed(part: Draft, ...names: string[]): Draft {
  const { draft, change, renameParameter } = useDraftText()
  change(part)
  names.slice(1).forEach((name, place) => renameParameter(String(names[place]), name))
  return Object.fromEntries(Object.keys(part).map(key => [key, draft.value[key]]))
}

describe('the new name of a parameter', () => {
  it('is in values and points', () => {
    const points = {
      usedToday: { depth: 1, rate: 0.5 },
      fix: { rate: 1 },
      enqueue: [{ rate: 2 }, { depth: 3 }],
    }
    expect(renamed(points, 'rate', 'speed')).toEqual({
      usedToday: { depth: 1, speed: 0.5 },
      fix: { speed: 1 },
      enqueue: [{ speed: 2 }, { depth: 3 }],
    })
  })

  it('is in relations, in backticks where it must be', () => {
    const relations = ['2*rate + rates <= `rate` * 3', 'depth  <  2', 'not one: rate']
    expect(renamed({ relations }, 'rate', 'the rate').relations).toEqual([
      '2*`the rate` + rates <= `the rate` * 3',
      'depth  <  2',
      'not one: `the rate`',
    ])
    expect(renamed({ relations: ['`1e3` < 1e3'] }, '1e3', 'b')).toEqual({ relations: ['b < 1e3'] })
  })

  it('is in the braces of a command and of its variables', () => {
    const objective = {
      command: ['train', '--rate={rate}', '{{rate}}', 'rate', '{`rate`}{rates}'],
      environment: { RATE: '{rate}', rate: 'rate' },
    }
    expect(renamed({ objective }, 'rate', 'a b')).toEqual({
      objective: {
        command: ['train', '--rate={`a b`}', '{{rate}}', 'rate', '{`a b`}{rates}'],
        environment: { RATE: '{`a b`}', rate: 'rate' },
      },
    })
  })

  it('is in the variables of a shell', () => {
    const command =
      'train $TUNEWRIGHT_PARAM_rate "${TUNEWRIGHT_PARAM_rate}" $TUNEWRIGHT_PARAM_rates'
    expect(renamed({ objective: { command, shell: true } }, 'rate', 'größe')).toEqual({
      objective: {
        command:
          'train $TUNEWRIGHT_PARAM_gruF6uDFe "${TUNEWRIGHT_PARAM_gruF6uDFe}" $TUNEWRIGHT_PARAM_rates',
        shell: true,
      },
    })
  })

  it('passes through names that texts cannot take', () => {
    const part = {
      objective: { command: ['train', '{rate}', '{seed}'] },
      relations: ['rate < depth'],
      fix: { rate: 1 },
    }
    expect(renamed(part, 'rate', '', 's', 'seed', 'seed2')).toEqual({
      objective: { command: ['train', '{seed2}', '{seed}'] },
      relations: ['seed2 < depth'],
      fix: { seed2: 1 },
    })
    // Both would be one: the texts keep the old name, and the check says which.
    expect(renamed(part, 'rate', 'seed').objective).toEqual(part.objective)
  })

  it('writes nothing where nothing has it', () => {
    const { text, change, renameParameter } = useDraftText()
    change({ fix: { rate: 1 }, relations: ['rate < 2'], objective: { command: ['{rate}'] } })
    const before = text.value
    renameParameter('absent', 'other')
    expect(text.value).toBe(before)
  })

  it.each([
    ['fix', 3],
    ['relations', 'rate'],
    ['relations', [null, 3]],
    ['objective', 'rate'],
    ['objective', { command: 3, environment: ['{rate}'] }],
    ['objective', { command: [null, 3], environment: { A: null } }],
  ])('leaves what is none of them: %s %j', (key, value) => {
    expect(renamed({ [key]: value }, 'rate', 'speed')).toEqual({ [key]: value })
  })
})
