/** The notification sound: two soft notes from the Web Audio API, which needs no file. */

const QUIET_MS = 2_000
let lastAt = -QUIET_MS

export function chime(now = performance.now()): void {
  if (now - lastAt < QUIET_MS) return
  lastAt = now
  const audio = new AudioContext()
  // Browsers keep audio silent until the person has interacted with the page; until then the sound is skipped.
  if (audio.state === 'suspended') return void audio.close()
  for (const [index, frequency] of [660, 880].entries()) {
    const at = audio.currentTime + index * 0.11
    const tone = new OscillatorNode(audio, { frequency })
    const volume = new GainNode(audio, { gain: 0 })
    volume.gain.setValueAtTime(0, at)
    volume.gain.linearRampToValueAtTime(0.06, at + 0.02)
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.35)
    tone.connect(volume).connect(audio.destination)
    tone.start(at)
    tone.stop(at + 0.36)
    if (index) tone.onended = () => void audio.close()
  }
}
