// A page as readers meet it: Chromium by puppeteer-core, and axe-core's rules for accessibility. The
// page is served from memory under a name of its own; whatever else it asks for is refused, and told.
import { readFileSync } from 'node:fs'
import axe from 'axe-core'
import puppeteer from 'puppeteer-core'
import { serve } from './lines.mjs'

const ADDRESS = 'http://report.test/'
// WCAG 2.2 AA with all that it contains, and the European standard's own tag.
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'EN-301-549']

let browser

async function started(program) {
  // Chromium's sandbox does not work for root, as which containers run programs.
  browser ??= await puppeteer.launch({ executablePath: program, args: ['--no-sandbox'] })
  return browser
}

/** Opens {program, page, scheme, width, styles, scripts}, calls `look` in it, and closes it. */
async function visit({ program, page: file, scheme = 'light', width = 1280, styles = true, scripts = true }, look) {
  const page = await (await started(program)).newPage()
  const asked = []
  try {
    await page.setViewport({ width, height: 900 })
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
    await page.setJavaScriptEnabled(scripts)
    await page.setRequestInterception(true)
    page.on('request', request => {
      if (request.url() === ADDRESS) {
        // As the strictest of continuous-integration servers serve reports: no style at all.
        const headers = styles ? {} : { 'content-security-policy': "default-src 'none'" }
        request.respond({ contentType: 'text/html; charset=utf-8', headers, body: readFileSync(file) })
      } else {
        // The browser asks for an icon by itself, the page does not.
        if (request.url() !== `${ADDRESS}favicon.ico`) asked.push(request.url())
        request.abort()
      }
    })
    await page.goto(ADDRESS, { waitUntil: 'load' })
    return { ...(await look(page)), asked }
  } finally {
    await page.close()
  }
}

// Runs in the page: what is there, and whether one sees it.
function inventory() {
  const tables = [...document.querySelectorAll('table')]
  const folded = table => table.closest('details:not([open])')
  const seen = table => table.getClientRects().length > 0
  const lanes = [...document.querySelectorAll('svg path')]
  return {
    title: document.title,
    lang: document.documentElement.lang,
    headings: document.querySelectorAll('h1').length,
    text: document.body.innerText.length,
    tables: tables.length,
    tables_hidden: tables.filter(table => !folded(table) && !seen(table)).length,
    tables_without_caption: tables.filter(table => !table.caption?.textContent.trim()).length,
    headers_without_scope: document.querySelectorAll('th:not([scope])').length,
    styled: getComputedStyle(document.body).maxWidth !== 'none',
    diagrams: document.querySelectorAll('svg').length,
    strokes_unseen: lanes.filter(path => {
      const style = getComputedStyle(path)
      return style.stroke === 'none' && style.fill === 'none'
    }).length,
    scroll_width: document.scrollingElement.scrollWidth,
    dead_links: [...document.querySelectorAll('a[href^="#"]')]
      .map(link => decodeURIComponent(link.hash.slice(1)))
      .filter(id => !document.getElementById(id)).length,
  }
}

const unfold = page => page.evaluate(() => document.querySelectorAll('details').forEach(one => { one.open = true }))

await serve(['puppeteer-core', 'axe-core'], {
  /** What one sees of the page; with `unfolded`, of all of it. */
  look(request) {
    return visit(request, async page => {
      if (request.unfolded) await unfold(page)
      return page.evaluate(inventory)
    })
  },
  /** What axe-core holds against the page when all of it is unfolded: "rule: first element". */
  audit(request) {
    return visit(request, async page => {
      await unfold(page)
      await page.evaluate(axe.source)
      const found = await page.evaluate(
        values => globalThis.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] }),
        TAGS,
      )
      return {
        rules: found.passes.length,
        violations: found.violations.map(one => `${one.id} (${one.nodes.length}): ${one.nodes[0].target} ${one.nodes[0].failureSummary}`),
      }
    })
  },
  /** A picture of the page's head, or of the element with `id`, into the file `picture`. */
  draw(request) {
    return visit(request, async page => {
      if (request.id) await page.evaluate(id => document.getElementById(id).scrollIntoView(), request.id)
      await page.screenshot({ path: request.picture })
      return {}
    })
  },
})
await browser?.close()
