import { Linter } from 'eslint'
import { describe, expect, it } from 'vitest'
import { noRegisteredNames } from '../../../scripts/lint/no-registered-names.js'

function linesOf(code: readonly string[], filename: string): number[] {
  const config: Linter.Config = {
    files: ['**/*.ts'],
    plugins: { kinds: { rules: { names: noRegisteredNames } } },
    rules: { 'kinds/names': 'error' },
  }
  return new Linter().verify(code.join('\n'), config, { filename }).map(({ line }) => line)
}

describe('names of samplers and pruners', () => {
  const code = [
    "const generationless = ['random', 'tpe', 'forest']",
    "if (sampler.name === 'freezeThaw') go()",
    "if (sampler.name === 'random' || 'none' !== pruner['name']) go()",
    "const study = { sampler: { name: 'random' }, pruner: { name: 'median' } }",
    "const other = samplerName || 'auto'",
    "switch (sampler) { case 'grid': go() }",
  ]

  it('are found outside their folders', () => {
    const lines = linesOf(code, 'src-main/study/example.ts')
    expect(lines).toEqual([1, 1, 1, 2, 3, 3, 4, 4, 5, 6])
  })

  it('are left alone where their words mean something else', () => {
    const others = [
      "import 'tpe'",
      "createRandomStream({ seed, purpose: 'halton' })",
      "const axis = { log: 'auto', grid: 'none', kind: 'threshold' }",
      "const names = ['random', 'other']",
      "if (mode === 'random') go()",
      'const found = samplers.tpe',
    ]
    expect(linesOf(others, 'src-main/study/example.ts')).toEqual([])
  })

  it('are what their own folder says, not that of others', () => {
    const definitions = [
      "const definition = { name: 'tpe' }",
      "const other = { name: 'freezeThaw' }",
    ]
    expect(linesOf(definitions, 'src-main/search/samplers/tpe/tpe.ts')).toEqual([2])
    expect(linesOf(definitions, 'src-main/search/samplers/freeze-thaw/freeze-thaw.ts')).toEqual([1])
    expect(linesOf(definitions, 'src-main/search/samplers/shared/shared.ts')).toEqual([1, 2])
  })
})
