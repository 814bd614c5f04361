/** Copies text to the clipboard, also on pages without HTTPS, where browsers offer only the old command. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const copied = new Promise<void>((resolve, reject) => {
    const fill = (event: ClipboardEvent): void => {
      event.preventDefault()
      event.clipboardData?.setData('text/plain', text)
      resolve()
    }
    document.addEventListener('copy', fill, { capture: true, once: true })
    if (document.execCommand('copy')) return
    document.removeEventListener('copy', fill, { capture: true })
    reject(new Error('the browser refused'))
  })
  return copied
}
