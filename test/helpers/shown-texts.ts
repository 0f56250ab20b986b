/**
 * Every text that a person meets below an element, each once: what stands there, and what a pointer or a screen reader
 * finds (titles, labels, placeholders). Code and what a person typed are left out. Runs in a browser too, so that it
 * stands alone.
 */
export function shownTexts(root: Element): string[] {
  const texts = new Set<string>()
  const add = (text: string | null): void => {
    const trimmed = (text ?? '').replaceAll('\u00ad', '').replaceAll(/\s+/gu, ' ').trim()
    if (trimmed !== '') texts.add(trimmed)
  }
  const walk = (element: Element): void => {
    if (['SCRIPT', 'STYLE', 'CODE', 'PRE', 'TEXTAREA'].includes(element.tagName.toUpperCase())) {
      if (element.tagName !== 'TEXTAREA') return
    }
    for (const name of [
      'title',
      'aria-label',
      'placeholder',
      'alt',
      'aria-description',
      'aria-valuetext',
      'aria-roledescription',
    ]) {
      add(element.getAttribute(name))
    }
    let line = ''
    for (const node of element.childNodes) {
      if (node.nodeType === 3) line += node.textContent ?? ''
      // A place where a long word may be broken.
      else if (node.nodeType === 1 && (node as Element).tagName.toUpperCase() !== 'WBR') {
        add(line)
        line = ''
        walk(node as Element)
      }
    }
    if (element.tagName !== 'TEXTAREA') add(line)
  }
  walk(root)
  return [...texts]
}
