import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const page = path.resolve(import.meta.dirname, '../../../src-renderer')
const styles = globSync('**/*.{vue,css}', { cwd: page })

it('has one scale of type, in rem, so that a larger font of the reader enlarges everything', () => {
  expect(styles.length).toBeGreaterThan(50)
  const styleFiles = styles.filter(file => !file.endsWith('tokens.css'))
  const sizes = styleFiles.flatMap(file =>
    Array.from(
      readFileSync(path.join(page, file), 'utf8').matchAll(/font(?:-size)?:[^;{]*/gu),
      ([declaration]) => ({ file, declaration }),
    ),
  )
  expect(sizes.filter(({ declaration }) => /\d(?:px|rem|em|pt)\b/u.test(declaration))).toEqual([])
  const tokens = readFileSync(path.join(page, 'styles/tokens.css'), 'utf8')
  for (const { declaration } of sizes) {
    const [, token] = /var\((--font-\w+)\)/u.exec(declaration) ?? []
    if (token !== undefined) expect(tokens).toMatch(new RegExp(`${token}: [\\d.]+rem`, 'u'))
  }
})
