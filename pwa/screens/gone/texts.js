/** This area's own texts, fetched with its screens. JSON behind the first line, held to the rules of pwa/i18n. */
export default {
 "zh": {
  "gone.taken": "这台手机里的资料被浏览器清掉了",
  "gone.taken_text": "登录后，已到服务器的都会回来。还没送出去的没能留住。装到手机桌面，就不容易再被清。",
  "sign.cleared_left": "{name}的资料已从这台手机上清除：管理员登记这台手机不再用于工作。没送的内容先交给了服务器。",
  "sign.cleared_lost": "{name}的资料已从这台手机上清除：管理员登记这台手机丢了。"
 },
 "en": {
  "gone.taken": "The browser cleared what was on this phone",
  "gone.taken_text": "Sign in: everything that had reached the server comes back. What had not been sent could not be kept. Once the app is installed on the home screen, the browser seldom clears it.",
  "sign.cleared_left": "What {name} had on this phone was removed: the administrator listed it as no longer used for the work. What was unsent went to the server first.",
  "sign.cleared_lost": "What {name} had on this phone was removed: the administrator listed the phone as lost."
 }
};
