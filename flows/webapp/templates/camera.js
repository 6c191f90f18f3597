/* The camera: a live picture, mirrored as in a mirror, from which photographs are taken as they are. */
"use strict";
const affectCamera = ((onPicture) => {
  const section = document.getElementById("camera");
  const [start, live, video] = ["[data-start]", ".live", "video"].map((selector) => section.querySelector(selector));
  const finding = section.querySelector(".finding");
  const problems = {
    NotAllowedError: "The browser does not allow this page to use the camera.",
    NotFoundError: "No camera was found.",
    NotReadableError: "The camera is in use by another program.",
  };
  let stream = null;

  const say = (text, isProblem = false) => {
    finding.textContent = text;
    finding.classList.toggle("problem", isProblem);
  };
  const stop = () => {
    if (stream) for (const track of stream.getTracks()) track.stop();
    stream = video.srcObject = null;
    live.hidden = true;
    start.hidden = false;
  };
  start.addEventListener("click", async () => {
    if (!navigator.mediaDevices) return say("This browser has no access to a camera.", true);
    start.disabled = true;
    say("Waiting for the camera.");
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: "user" }, audio: false });
      stream.getVideoTracks()[0].addEventListener("ended", () => { stop(); say("The camera has stopped."); });
      video.srcObject = stream;
      start.hidden = true;
      live.hidden = false;
      await video.play();
      say("");
      live.querySelector("[data-take]").focus();
    } catch (error) {
      stop();
      say(problems[error.name] || `The camera cannot be used: ${error.message}.`, true);
    } finally {
      start.disabled = false;
    }
  });
  for (const button of section.querySelectorAll("[data-take]"))
    button.addEventListener("click", async () => {
      if (!video.videoWidth) return say("The camera has no picture yet.", true);
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
      canvas.getContext("2d").drawImage(video, 0, 0);
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.95));
      const isNeutral = button.dataset.take === "neutral";
      say(isNeutral ? "The neutral photograph was taken." : "The photograph was taken.");
      onPicture(button.dataset.take, blob);
    });
  section.querySelector("[data-stop]").addEventListener("click", () => { stop(); say(""); start.focus(); });
  addEventListener("pagehide", stop);
});
