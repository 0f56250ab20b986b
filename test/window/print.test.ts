import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { pictures, sample, useWindow } from '../helpers/window/use-window.ts'

const bench = useWindow()

it('a report becomes a PDF by Electron itself (Electron)', async () => {
  const page = await bench().start().page()
  await page.press(sample)
  await page.shows('60 / 60')
  await page.shows('Finished')
  const request = { studyId: 1, format: 'pdf', language: 'en', sections: null }
  const answer = JSON.parse(await page.call('study.report', request)) as {
    ok: boolean
    value: { fileName: string; content: string }
  }
  expect(answer).toMatchObject({
    ok: true,
    value: { fileName: expect.stringMatching(/\.pdf$/) as string },
  })
  const bytes = Buffer.from(answer.value.content, 'base64')
  mkdirSync(pictures, { recursive: true })
  writeFileSync(path.join(pictures, 'report.pdf'), bytes)
  const text = bytes.toString('latin1')
  expect(text).toMatch(/^%PDF-/)
  // The browser of this machine, which prints where there is no window, is newer.
  expect(text).toContain('Skia/PDF m83')
  expect(text.match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(1)
})
