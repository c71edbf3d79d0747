/** This area's own texts, fetched with its screens. JSON behind the first line, held to the rules of pwa/i18n. */
export default {
 "zh": {
  "conflict.was": "原来写的：{value}",
  "receipt.own": "你写的到哪了",
  "refused.mend": "改好再发",
  "unsent.askText": "取回时要用它。忘了谁也打不开，换几个词连起来好记。至少 8 个字。",
  "unsent.askTitle": "给文件定个口令",
  "unsent.cutOff": "文件不完整，重新拷一份。什么都没取。",
  "unsent.differ": "两遍写的不一样。",
  "unsent.more": "还有 {n} 个照片、文件没放进来，用同一个口令再存一份。",
  "unsent.newer": "文件是新版存的，先更新十步。",
  "unsent.open": "取回",
  "unsent.openTitle": "写上存文件时的口令",
  "unsent.save": "存成文件",
  "unsent.short": "口令至少 8 个字。",
  "unsent.words": "口令",
  "unsent.wordsAgain": "再写一遍",
  "unsent.working": "正在加密，等几秒",
  "unsent.wrong": "口令不对，或者文件坏了。什么都没取。"
 },
 "en": {
  "conflict.was": "Before: {value}",
  "receipt.own": "Where your writing is",
  "refused.mend": "Change and send",
  "unsent.askText": "It is needed to take the file in. Nobody can open it without. Some words in a row are easy to remember. At least 8 characters.",
  "unsent.askTitle": "A passphrase for the file",
  "unsent.cutOff": "The file is not whole: copy it again. Nothing was taken.",
  "unsent.differ": "The two are not the same.",
  "unsent.more": "{n} photo or file is not in it yet: save another file with the same passphrase.|{n} photos or files are not in it yet: save another file with the same passphrase.",
  "unsent.newer": "A newer version saved this file: update Shibu first.",
  "unsent.open": "Take it in",
  "unsent.openTitle": "The passphrase the file was saved with",
  "unsent.save": "Save the file",
  "unsent.short": "At least 8 characters.",
  "unsent.words": "Passphrase",
  "unsent.wordsAgain": "Once more",
  "unsent.working": "Sealing it, a few seconds",
  "unsent.wrong": "Not this passphrase, or the file is damaged. Nothing was taken."
 }
};
