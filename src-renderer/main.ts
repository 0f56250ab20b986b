// Before the router reads the address.
import './bridge/session-key.ts'
import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import '@fontsource-variable/noto-sans-sc/wght.css'
import 'element-plus/dist/index.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import './styles/fonts.css'
import './styles/tokens.css'
import './styles/base.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { hearGaps } from '../src-main/core/i18n/translate.ts'
import App from './App.vue'
import { router } from './router.ts'

if (import.meta.env.DEV) {
  const reportedGaps = new Set<string>()
  hearGaps(gap => {
    if (!reportedGaps.has(gap)) console.warn(gap)
    reportedGaps.add(gap)
  })
}

createApp(App).use(createPinia()).use(router).mount('#app')
