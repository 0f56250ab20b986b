import { Linter } from 'eslint'
import path from 'node:path'
import tseslint from 'typescript-eslint'
import { describe, expect, it } from 'vitest'
import vueParser from 'vue-eslint-parser'
import { kindNames, kinds, registeredNames } from '../../../../scripts/lint/kind-names.js'
import { pruners } from '../../../../src-main/search/pruners/registry.ts'
import { samplers } from '../../../../src-main/search/samplers/registry.ts'
import { tasks } from '../../../../src-main/training/tasks/registry.ts'

const root = path.resolve(import.meta.dirname, '../../../..')
const registered = registeredNames(root)
/** A kind may be defined in two folders: what everybody may know of it, and how it works. */
const namesOf = (kind: string): string[] => [
  ...new Set(registered.filter(each => each.kind === kind).map(({ name }) => name)),
]

describe('registered names', () => {
  it.each([
    ['sampler', samplers],
    ['pruner', pruners],
    ['task', tasks],
  ])('of every %s are those of the registry', (kind, registry) => {
    expect(namesOf(kind).toSorted()).toEqual(Object.keys(registry).toSorted())
  })

  it.each(kinds.map(({ kind }) => kind))('of every %s are found', kind => {
    expect(namesOf(kind).length).toBeGreaterThan(2)
  })
})

const names = [
  { kind: 'sampler', name: 'random', home: 'src-main/search/samplers/random/' },
  { kind: 'sampler', name: 'grid', home: 'src-main/search/samplers/grid/' },
  { kind: 'sampler', name: 'freezeThaw', home: 'src-main/search/samplers/freeze-thaw/' },
  { kind: 'sampler', name: 'pbt', home: 'src-main/search/samplers/pbt/' },
  { kind: 'engine', name: 'cpu', home: 'src-main/engines/cpu/' },
  { kind: 'engine', name: 'tensorflow', home: 'src-main/engines/tensorflow/' },
  { kind: 'executor', name: 'ssh', home: 'src-main/running/executors/ssh/' },
]

function reported(file: string, lines: readonly string[], accesses = false): number[] {
  const messages = new Linter({ cwd: root }).verify(
    lines.join('\n'),
    {
      files: ['**/*.ts', '**/*.vue'],
      languageOptions: file.endsWith('.vue')
        ? { parser: vueParser, parserOptions: { parser: tseslint.parser } }
        : { parser: tseslint.parser },
      plugins: { kinds: { rules: { 'kind-names': kindNames } } },
      rules: { 'kinds/kind-names': ['error', { root, names, accesses }] },
    },
    path.join(root, file),
  )
  expect(messages.filter(({ ruleId }) => ruleId === null)).toEqual([])
  return messages.map(({ line }) => line)
}

describe('a registered name', () => {
  it.each([
    "if (sampler.name === 'grid') run()",
    "if (study.specification.sampler?.name !== 'random') run()",
    "const { name } = specification.sampler; if (name === 'random') run()",
    "function isSlow(name: EngineName) { return name === 'cpu' }",
    "if (name === 'freezeThaw') run()",
    "if ('ssh' in executor) run()",
    "const machines = executor['ssh']",
    "switch (engine.info.name) { case 'tensorflow': run() }",
    "const study = { sampler: { name: 'grid' } }",
    "const schema = z.object({ sampler: z.object({ name }).default({ name: 'random' }) })",
    "if (['random'].includes(String(nameOf(sampler)))) run()",
    "const slow: readonly EngineName[] = ['tensorflow']",
    "const engine: string = isFast ? 'tensorflow' : fallback",
    "interface Row { readonly engine: 'cpu' | null }",
    "findSampler('random')",
    'if (sampler.name === `grid`) run()',
  ])('counts where it stands for a kind: %s', line => {
    expect(reported('src-main/running/a.ts', [line])).toEqual([1])
  })

  it('counts in lists and as keys where all are names of one kind', () => {
    const lines = ["const curves = ['pbt', 'freezeThaw']", 'const icons = { pbt: 1, grid: 2 }']
    expect(reported('src-main/running/a.ts', lines)).toEqual([1, 1, 2, 2])
  })

  it.each([
    "import { a } from 'grid'",
    "if (thresholds === 'random') run()",
    "type ThresholdRule = 'midpoint' | 'random'",
    "const style = { display: 'grid' }",
    "if (name === 'random') run()",
    "executableOnPath('ssh')",
    "createRandomStream({ seed, purpose: 'random' })",
    'const { grid } = layout',
    'const measured = { cpu: 1, gpu: 2 }',
    "if (sampler.name === 'other') run()",
  ])('does not count where it means something else: %s', line => {
    expect(reported('src-main/running/a.ts', [line])).toEqual([])
  })

  it('is known in its own folder and in the table of defaults', () => {
    const line = "if (sampler.name === 'grid') run()"
    expect(reported('src-main/search/samplers/grid/deeper/a.ts', [line])).toEqual([])
    expect(reported('src-main/search/samplers/mix/a.ts', [line])).toEqual([1])
    expect(reported('src-main/search/kind-defaults.ts', [line])).toEqual([])
  })

  it('counts in scripts and templates of components', () => {
    const lines = [
      '<script setup lang="ts">',
      "const isGrid = computed(() => study.sampler === 'grid')",
      '</script>',
      '<template>',
      `  <p v-if="study.sampler.name === 'random'">{{ isGrid }}</p>`,
      '</template>',
    ]
    expect(reported('src-renderer/a.vue', lines)).toEqual([2, 5])
  })

  it('is found as a key that is read, on demand', () => {
    const line = 'if (executor?.ssh !== undefined || files.ssh) run()'
    expect(reported('src-main/running/a.ts', [line])).toEqual([])
    expect(reported('src-main/running/a.ts', [line], true)).toEqual([1])
  })
})
