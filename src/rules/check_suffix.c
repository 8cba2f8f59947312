/* Names under which the registries of countries give names out: nobody's mail or page lies at `co.uk` itself. The public suffix list
 * (libpsl, its built-in copy, section ICANN) knows them all; a build without libpsl knows the common second levels below. */
#include "rules/check.h"
#include "rules/check_parts.h"

#include "base/memory.h"

#ifdef ASSAY_HAVE_PSL
#include <libpsl.h>
#else

/* Second level, and the countries that have it, two bytes each. */
static const struct {
	const char *label, *countries;
} second_levels[] = {
	{"ac", "aeatbecicncrcyfjgnidiliminirjpkekrlklsmamemumwmzninzpaprrsrwseszthtjtzugukvnzazmzw"},
	{"co", "aeagamaoatbbbibjbwciclcmcrggglgyhuidiliminiritjejpkekrlclsmamemgmumwmznaninzompnpwrsrwstszthtjtmtttzugukusuzvevizazmzw"},
	{"com", "acafagaialamarauawazbabbbhbibjbmbnbobrbsbtbybzcicmcncocucvcwcydmdodzeceeegesetfjfmfrgeghgiglgngpgrgtgugyhkhnhrhtiminioiqis"
		"jokgkikmkpkwkykzlalblclklrlvlymgmkmlmomsmtmumvmwmxmynanfngninrompapepfphpkplprpsptpyqarerosasbscsdsgshslsnsossstsvsytjtmtn"
		"totrtttwuauguyuzvcvevivnvuwsyezm"},
	{"edu", "acafalarauazbabbbhbibjbmbnbobrbsbtbzcicncocucvcwdmdodzeceeegesetfmgdgeghgiglgngpgrgtgugyhkhnhtiniqisitjokgkikmknkpkwkykzla"
		"lblclklrlslvlymemgmkmlmnmomsmtmvmwmxmymzngninrompapepfphpkplpnprpsptpyqarssasbscsdsgslsnsossstsvsytjtmtotrtttwuauyvcvevnvu"
		"wsyezazm"},
	{"ed", "aocicrjppw"},
	{"gob", "arbocldoecesgthnmxnipapepksvve"},
	{"go", "cicriditjpkekrpwthtjtzug"},
	{"gouv", "cifrhtkmmlsn"},
	{"gov", "acaeafalarasauazbabbbfbhbmbnbrbsbtbybzcdclcmcncocucxcydmdodzeceeegetfjgdgeghgigngrgugyhkieiliniqirisitjokgkikmknkpkwkzlalb"
		"lclklrlsltlvlymamemgmkmlmnmomrmsmumvmwmymzngnromphpkplpnprpsptpyqarsrwsasbscsdsgshslsosssxsytjtltmtntotrtttwuaukvcvevnwsye"
		"zazmzw"},
	{"gv", "aoat"},
	{"mil", "acaealarazbabobrbyclcncocydoecegfjgeghgthnidiniqjokgkmkrkzlvmgmvmymzngninonzpephplpyqarwshstsytjtmtotrtwtzuyvcveyezazmzw"},
	{"ne", "jpkekrpwtzugus"},
	{"net", "acaeafagaialamarauazbabbbhbjbmbnbobrbsbtbzcicmcncocucwcydmdodzecegetfjfmgeggglgngpgrgtgugyhkhnhtidiliminiqirisjejokgkiknkw"
		"kykzlalblclklrlslvlymamemkmlmomsmtmumvmwmxmymznfngninrnzompapephpkplpnprpsptpyqarwsasbscsdsgshslsossstsythtjtmtntotrtttwua"
		"ukuyuzvcvevivnvuwsyezazm"},
	{"nic", "intjza"},
	{"nom", "adagcoesfrkmmgncnipapeplrerotmveza"},
	{"or", "atbicicriditjpkekrmunapwthtzugus"},
	{"org", "acaeafagaialamarauazbabbbhbibjbmbnbobrbsbtbwbzcicncocucvcwcydmdodzeceeegesetfjfmgeggghgiglgngpgrgtgugyhkhnhthuiliminiqiris"
		"jejokgkikmknkpkwkykzlalblclklrlslvlymamemgmkmlmnmomsmtmumvmwmxmymznangninrnzompapepfphpkplpnprpsptpyqarorsrwsasbscsdsesgsh"
		"slsnsossstsvsysztjtmtntotrtttwuaugukuyuzvcvevivnvuwsyezazmzw"},
	{"sch", "aeidirjolklyngqasasszm"},
};
#endif

enum { HOST_MAX = 253 };

/* Most hosts end so, and these registries give out names at the second level only. */
static bool
is_flat(const char *host, size_t n)
{
	return n > 4
	       && (memcmp(host + n - 4, ".com", 4) == 0 || memcmp(host + n - 4, ".net", 4) == 0 || memcmp(host + n - 4, ".org", 4) == 0);
}

bool
check_is_public_suffix(struct base_span host)
{
	char text[HOST_MAX + 1];

	if (host.size > HOST_MAX)
		return false;
	for (size_t i = 0; i < host.size; i++)
		text[i] = (char)base_lower(host.data[i]);
	text[host.size] = '\0';
	if (is_flat(text, host.size))
		return false;
#ifdef ASSAY_HAVE_PSL
	/* without the rule that any last label is one: check_tld.c tells which exist */
	return psl_is_public_suffix2(psl_builtin(), text, PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) == 1;
#else
	const char *dot = strchr(text, '.');

	if (!dot || strlen(dot) != 3)
		return false;
	for (size_t i = 0; i < BASE_COUNT(second_levels); i++) {
		const char *countries = second_levels[i].countries;

		if (strlen(second_levels[i].label) != (size_t)(dot - text)
			|| memcmp(second_levels[i].label, text, (size_t)(dot - text)) != 0)
			continue;
		for (; *countries; countries += 2)
			if (memcmp(countries, dot + 1, 2) == 0)
				return true;
	}
	return false;
#endif
}

const char *
rules_suffix_source(void)
{
#ifdef ASSAY_HAVE_PSL
	return psl_get_version();
#else
	return NULL;
#endif
}

const char *
rules_suffix_digest(void)
{
#ifdef ASSAY_HAVE_PSL
	return psl_builtin_sha1sum();
#else
	return NULL;
#endif
}
