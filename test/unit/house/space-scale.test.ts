import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const page = path.resolve(import.meta.dirname, '../../../src-renderer')
const files = globSync('**/*.{vue,css,ts}', { cwd: page })
const tokens = readFileSync(path.join(page, 'styles/tokens.css'), 'utf8')

/** Every margin, padding and gap of a text: of a style sheet, or as a script writes it. */
function spacesOf(text: string): string[] {
  return Array.from(
    text.matchAll(
      /(?<![\w-])(?:margin|padding|(?:row-|column-)?gap)(?:-[a-z-]+|[A-Z]\w*)?: *((?:\$\{[^}]*\}|[^;}\n])+)/gu,
    ),
    ([, value]) => value as string,
  )
}

/** A length that no token says: what is left of a value once names, and zero, are taken away. */
function isOwnLength(value: string): boolean {
  return /(?:(?<![\w.-])-?(?!0(?![\d.]))[\d.]+|\})(?:px|r?em|pt|ch|vw|vh|%)/u.test(
    value.replaceAll(/var\([^)]*\)/gu, ''),
  )
}

it('has one scale of space, and no margin, padding or gap beside it', () => {
  const spaces = files
    .filter(file => !file.endsWith('tokens.css'))
    .flatMap(file =>
      spacesOf(readFileSync(path.join(page, file), 'utf8')).map(value => ({ file, value })),
    )
  expect(spaces.length).toBeGreaterThan(200)
  // Rows out of sight keep their room: no space between things.
  const ownLengths = spaces.filter(
    ({ value }) => isOwnLength(value) && !value.includes('getVirtualItems'),
  )
  expect(ownLengths).toEqual([])
  for (const { file, value } of spaces) {
    for (const [, name] of value.matchAll(/var\((--space[\w-]*)/gu)) {
      expect(tokens, `${file}: ${value}`).toContain(`  ${name}: `)
    }
  }
})

it('goes up in steps of 4 pixels, all in rem', () => {
  const steps = Array.from(tokens.matchAll(/--space-(\d+): ([^;]+);/gu), ([, step, size]) => [
    step,
    size,
  ])
  expect(steps.length).toBeGreaterThan(5)
  for (const [step, size] of steps) expect(size).toBe(`${Number(step) / 4}rem`)
})

it('finds a space of its own', () => {
  for (const css of [
    'gap: 6px;',
    'margin: 0 0 0.4em;',
    'padding-left: calc(1px + var(--space-1));',
    ':style="{ paddingLeft: `${3 * depth}px` }"',
    "{ padding: '6px 8px' }",
  ]) {
    const lengths = spacesOf(css)
    expect(lengths, css).toHaveLength(1)
    expect(lengths.some(isOwnLength), css).toBe(true)
  }
  expect(
    spacesOf('margin: 0 auto calc(-1 * var(--space-1)) var(--dock, 0px);').some(isOwnLength),
  ).toBe(false)
})
