/** A report as the page shows it: its sections by themselves, and its styles for a shadow tree. */
export interface ReportPage {
  readonly styles: string
  readonly body: DocumentFragment
  /** In their order, with their headings. */
  readonly sections: readonly { readonly id: string; readonly heading: string }[]
}

/**
 * Takes a report of ours apart. The policy of the page forbids styles in attributes, so they wait in `data-style` until they are
 * set one by one; nothing of the report runs, since it holds no script.
 */
export function readReportPage(html: string): ReportPage {
  // Taken out before anything is parsed: even a document that is shown nowhere has to keep the policy.
  const styles = [...html.matchAll(/<style>([^<]*)<\/style>/g)].map(([, text]) => text).join('\n')
  const parked = html.replace(/<style>[^<]*<\/style>/g, '').replaceAll(' style="', ' data-style="')
  const whole = new DOMParser().parseFromString(parked, 'text/html')
  const sections = [...whole.querySelectorAll('main > section')].map(section => ({
    id: section.id,
    heading: section.querySelector('h2')?.textContent?.trim() ?? section.id,
  }))
  whole.querySelector('nav')?.remove()
  const body = document.createDocumentFragment()
  const paper = document.createElement('div')
  paper.className = 'report-body'
  paper.lang = whole.documentElement.lang
  paper.append(...[...whole.body.childNodes].map(node => document.importNode(node, true)))
  body.append(paper)
  return { styles: hostStyles(styles), body, sections }
}

/** Puts a report into an element of its own tree. */
export function showReportPage(element: HTMLElement, { styles, body }: ReportPage): ShadowRoot {
  const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(styles)
  root.adoptedStyleSheets = [sheet]
  root.replaceChildren(body.cloneNode(true))
  for (const styled of root.querySelectorAll<HTMLElement | SVGElement>('[data-style]')) {
    styled.style.cssText = styled.dataset['style'] ?? ''
  }
  return root
}

/** `:root` and `body` are the host and its only child in a shadow tree. */
function hostStyles(styles: string): string {
  return styles
    .replaceAll(':root{', ':host{')
    .replace(/(^|[}\s{])html\{/g, '$1:host{')
    .replace(/(^|[}\s{])body\{/g, '$1.report-body{')
}
