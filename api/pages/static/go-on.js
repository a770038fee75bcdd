// Sends the form that a person would otherwise send by its button.
document.getElementById("go-on").requestSubmit();
