import { expect, it } from 'vitest'
import { listSamples } from '../../../../../src-main/features/studies/node/catalog.ts'
import { aboutOf } from '../../../../../src-renderer/features/studies/sample-gallery.ts'

it.each(['en', 'zh-CN'] as const)(
  'cards say whole sentences of every sample, %s',
  async language => {
    for (const { name, description } of await listSamples(language)) {
      const about = aboutOf({ description })
      expect(about, name).toMatch(/[.。]$/)
      expect(about, name).not.toMatch(/^[(（]/)
      expect(description, name).toContain(about)
      expect(about.length, name).toBeLessThan(180)
    }
  },
)

it('take as many sentences as there is room for', () => {
  const about = (description: string): string => aboutOf({ description })
  expect(about('(a) The minimum is 0.3979. Takes seconds.')).toBe(
    'The minimum is 0.3979. Takes seconds.',
  )
  expect(about(`Short. ${'L'.repeat(200)}.`)).toBe('Short.')
  expect(about(`（c）用 Adam。${'长'.repeat(200)}。`)).toBe('用 Adam。')
})
