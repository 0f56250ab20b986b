import { Linter } from 'eslint'
import tseslint from 'typescript-eslint'
import { expect, it } from 'vitest'
import vueParser from 'vue-eslint-parser'
import { noVagueNames } from '../../../../scripts/lint/no-vague-names.js'

function reported(file: string, lines: readonly string[]): number[] {
  const messages = new Linter().verify(
    lines.join('\n'),
    {
      files: ['**/*.ts', '**/*.vue'],
      languageOptions: file.endsWith('.vue')
        ? { parser: vueParser, parserOptions: { parser: tseslint.parser } }
        : { parser: tseslint.parser },
      plugins: { names: { rules: { 'no-vague-names': noVagueNames } } },
      rules: { 'names/no-vague-names': 'error' },
    },
    file,
  )
  expect(messages.filter(({ ruleId }) => ruleId === null)).toEqual([])
  return messages.map(({ line }) => line)
}

it('refuses variables, parameters, functions and destructured bindings', () => {
  const lines = [
    'const found = 1',
    'export function more(own: number) {}',
    'const { known, other: kept = 2, ...asked } = record',
    'for (const [one] of list) {}',
    'type Visit = (one: number) => void',
    'try { run() } catch (found) {}',
    'list.map(one => one.id)',
  ]
  expect(reported('a.ts', lines)).toEqual([1, 2, 2, 3, 3, 3, 4, 5, 6, 7])
})

it('accepts names that say more, properties, imports and uses', () => {
  const lines = [
    "import { found } from './a.ts'",
    'interface Row { known: boolean }',
    'const foundFile = { own: true, more() {} }',
    'use(found, foundFile.own)',
    'const { one: first } = numbers',
  ]
  expect(reported('a.ts', lines)).toEqual([])
})

it('reads scripts and templates of components', () => {
  const lines = [
    '<script setup lang="ts">',
    'const found = ref(1)',
    '</script>',
    '<template>',
    '  <ul><li v-for="one of list" :key="one.id" @click="more => use(more)">{{ found }}</li></ul>',
    '  <Table v-slot="{ own }">{{ own }}</Table>',
    '</template>',
  ]
  expect(reported('a.vue', lines).toSorted()).toEqual([2, 5, 5, 6])
})
