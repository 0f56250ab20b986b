import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { executors } from '../../../../src-main/running/executors/registry.ts'

const root = path.resolve(import.meta.dirname, '../../../..')
const folderOf = (name: string): string =>
  name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)

it('no two executors have one name', () => {
  const names = executors.map(({ definition }) => definition.name)
  expect(new Set(names).size).toBe(names.length)
})

describe.each(executors.map(executor => [executor.definition.name, executor] as const))(
  'executor %s',
  (name, { definition, load }) => {
    it('lies in the folder of its name, both halves', () => {
      const folder = path.join(root, 'src-main/running/executors', folderOf(name))
      expect(existsSync(path.join(folder, 'common/definition.ts'))).toBe(true)
      expect(existsSync(path.join(folder, 'node/open.ts'))).toBe(true)
    })

    it('is run through the suite of all executors', () => {
      const tests = globSync(`test/integration/running/executors/${folderOf(name)}/*.test.ts`, {
        cwd: root,
      })
      const texts = tests.map(file => readFileSync(path.join(root, file), 'utf8'))
      expect(texts.some(text => text.includes('executorSuite('))).toBe(true)
    })

    it('has a Node half that opens it', async () => {
      expect(await load()).toMatchObject({ open: expect.any(Function) })
    })

    it('runs something, and says so without contradiction', () => {
      const { supports, outlivesSession, runsElsewhere, mixesWithLocal } = definition
      expect(supports.length).toBeGreaterThan(0)
      // What runs here ends with the session.
      if (outlivesSession || mixesWithLocal) expect(runsElsewhere).toBe(true)
    })
  },
)
