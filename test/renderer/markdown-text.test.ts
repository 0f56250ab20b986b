import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { MarkdownText } from '../../src-renderer/components/markdown-text.ts'

const show = (text: string, breaks = false) => mount(MarkdownText, { props: { text, breaks } })

describe('Markdown', () => {
  it('has headings, emphasis, code, lists, quotes and tables', () => {
    const text = [
      '# What helped',
      '',
      '**Warm-up** of _five_ epochs, ~~not ten~~: `lr: 3e-4`',
      '',
      '3. third',
      '4. fourth',
      '',
      '- [x] done',
      '- [ ] open',
      '  - below',
      '',
      '> as said',
      '',
      '```yaml',
      'lr: <3>',
      '```',
      '',
      '| a | b |',
      '| - | - |',
      '| 1 | 2 |',
    ].join('\n')
    const shown = show(text)
    expect(shown.get('h4').text()).toBe('What helped')
    expect(shown.get('strong').text()).toBe('Warm-up')
    expect(shown.get('em').text()).toBe('five')
    expect(shown.get('del').text()).toBe('not ten')
    expect(shown.get('p code').text()).toBe('lr: 3e-4')
    expect(shown.get('ol').attributes('start')).toBe('3')
    expect(shown.findAll('ol li').map(item => item.text())).toEqual(['third', 'fourth'])
    expect(shown.findAll('ul').at(0)?.text()).toMatch(/^☑ done☐ open\s*below$/)
    expect(shown.get('blockquote').text()).toBe('as said')
    expect(shown.get('pre').text()).toBe('lr: <3>')
    expect(shown.findAll('td').map(cell => cell.text())).toEqual(['1', '2'])
  })

  it('becomes no HTML, fetches no picture, and links nowhere', () => {
    const text =
      'a <img src=x onerror=alert(1)> b\n\n<script>alert(2)</script>\n\n![chart](https://example.org/a.png) [paper](javascript:alert(3)) <https://example.org>'
    const shown = show(text)
    expect(shown.find('img, script, a, iframe').exists()).toBe(false)
    expect(shown.text()).toContain('<img src=x onerror=alert(1)>')
    expect(shown.text()).toContain('<script>alert(2)</script>')
    expect(shown.text()).toContain('chart paper (javascript:alert(3)) https://example.org')
  })

  it('keeps the lines of a note, and joins those of a paragraph elsewhere', () => {
    expect(show('one\ntwo', true).findAll('br')).toHaveLength(1)
    expect(show('one\ntwo').findAll('br')).toHaveLength(0)
  })

  it('shows what is escaped, and characters that HTML would escape, as they are', () => {
    expect(show(String.raw`\*not\* a < b && c > "d"`).text()).toBe('*not* a < b && c > "d"')
  })

  it('shows a text that is nested too deeply as it was written', () => {
    const text = '>'.repeat(20_000)
    expect(show(text).get('pre').text()).toBe(text)
  })
})
