import { describe, expect, it } from 'vitest'
import { problemLine } from '../../../../src-main/contract/i18n/error-texts.ts'

describe('problemLine', () => {
  it('names place, path, rule and value', () => {
    const problem = { path: ['stop', 'trials'], value: 0, rule: 'must be ≥ 1', line: 3, column: 9 }
    expect(problemLine(problem, 'a.yaml')).toBe('a.yaml:3:9 stop.trials: must be ≥ 1 (got 0)')
  })

  it('shows null only where a value was judged', () => {
    const place = { path: ['stop'], value: null }
    expect(problemLine({ ...place, rule: 'must be a mapping' }, undefined)).toContain('(got null)')
    expect(problemLine({ ...place, rule: 'is required: a mapping' }, undefined)).toBe(
      'stop: is required: a mapping',
    )
  })

  it('shortens long values and disarms control characters', () => {
    const long = problemLine({ path: [], value: 'x'.repeat(5_000), rule: 'must be short' }, 'f')
    expect(long.length).toBeLessThan(200)
    expect(problemLine({ path: [], value: 'a\u009b31m\u202e', rule: 'must' }, 'f')).toBe(
      'f: must (got "a�31m�")',
    )
  })
})
